/**
 * How people say that they want no more texts, beside the words that Twilio hears: it hears a single
 * word only, the law whatever is reasonable. Source: 47 CFR 64.1200(a)(10), "any reasonable means".
 *
 * Written as said, small and without accents, of parts: `<what>` is any word of that list; a `?` stands
 * behind what may be missing, a `*` behind what may also be said again.
 */
const PARTS = {
  what: 'texts|text|textings|messages|message|msgs|msg|sms|txts|txt|spam|mms',
  which: 'the|these|those|this|that|your|any|all|more|such|of|my',
  who: 'me|us|my number|this number|this phone|my phone|to me|to my number|to this number',
  ing: 'texting|messaging|msging|msgn|txting|contacting|calling|spamming|bothering|harassing|writing|sending',
  act: 'text|message|msg|txt|contact|sms|spam|bother me|write me|write to me',
  again: 'again|anymore|ever|right now|now|right away|immediately|at once|for good',
  lead: 'i said|i told you to|i told you|just|i am not interested|im not interested|not interested|no thanks|no thank you|wrong number|sorry|i want you to|you need to',
  // Not before a bare stop: who asks whether somebody could stop may mean a visit.
  would: 'can you|could you|would you|will you',
  list: '(?:<which>|marketing|mailing|contact|text|sms|calling|list|lists|database|system|texts|messages|everything)*',
  stop: 'stop|quit|cease|stop and desist|cease and desist',
  // Of languages with accents.
  mots: 'messages|message|textos|texto|sms|spam',
  vos: 'les|des|ces|vos|tes|tous|de|aucun|d',
  moi: 'me|m|nous|moi',
  ecrire: 'ecrire|texter|contacter|appeler|harceler|deranger|spammer',
  mensajes: 'mensajes|mensaje|textos|texto|sms|spam',
  sus: 'los|sus|tus|estos|esos|de|mas|todos|ya',
  escribir: 'escribir|enviar|mandar|contactar|llamar|molestar|textear',
} as const

const SAID: Record<'en' | 'fr' | 'es', string[]> = {
  en: [
    // Twilio's own. Source: Twilio, "Twilio support for opt-out keywords (SMS STOP filtering)".
    '(?:stop|stop all|unsubscribe|unsub|cancel|end|quit|revoke|opt out)(?:stop|unsubscribe|quit)*',
    ...['<lead>*(?:<stop>)(?:<stop>)*(?:it|this|that|them)?<again>*', 'end <ing> <who>? <again>*'],
    '(?:<lead>|<would>)*(?:<stop>)(?:<stop>)* <ing> <who>? <which>*<what>? <who>? <again>*',
    '(?:<stop>|end)(?:<stop>)* <who>? <which>* <what> <who>? <again>*',
    '(?:do not|dont|never|never ever) <act> <who>? <again>*',
    '(?:do not|dont|never) (?:send <who>?|send) <which>* <what> <who>? <again>*',
    '(?:do not|dont|never|never ever) call <who>? (?:again|anymore|ever|ever again)',
    'i (?:do not|dont) (?:want|wish|like|want to|wish to) (?:receive|get|have)? <which>* <what> <again>*',
    ...['no more <what>', 'no texts', 'leave me alone', 'leave us alone', 'remove'],
    '<lead>*(?:unsubscribe|unsub)<who>?(?:from <list>)?<again>*',
    'i? (?:want to|wish to|would like to|need to|id like to)? (?:opt out|unsubscribe|unsub)(?:of|from)?<list>',
    ...['i want to stop', 'opt me out', 'opting out'],
    '(?:remove|take|delete) (?:me|us|my number|this number|my name) (?:(?:from|off|off of|out of) <list>)?',
    'i (?:want to|wish to|would like to) be removed (?:from <list>)?',
  ],
  fr: [
    ...['annuler', 'resilier', '(?:arret|arrete|arretez|arreter|cessez|cesse|cesser)(?:ca|tout)?'],
    '(?:arrete|arretez|arreter|cesse|cessez|cesser|stop) <vos>* <mots>',
    '(?:arrete|arretez|arreter|cesse|cessez|cesser) de <moi>? <ecrire>',
    '(?:arrete|arretez|arreter|cesse|cessez|cesser) de <moi>? envoyer <vos>* <mots>',
    ...['je? me? (?:desabonne|desabonner)', 'desabonnement', 'desinscription', 'me? desinscrire'],
    '(?:desabonne|desabonnez|desinscris|desinscrivez|retire|retirez|enleve|enlevez) moi (?:de (?:la|votre|ta|cette)? liste)?',
    'ne <moi>? (?:ecris|ecrivez|textez|texte|contacte|contactez|appelle|appelez|derangez) (?:plus|plus jamais)',
    'ne <moi>? (?:envoie|envoyez) plus (?:rien|<vos>* <mots>)',
    ...['plus de <mots>', 'je? ne? veux plus (?:recevoir)? <vos>* <mots>'],
    ...['laissez moi tranquille', 'laisse moi tranquille', 'supprimez mon numero'],
  ],
  es: [
    ...['alto', 'parar', 'para', 'pare', 'paren', 'basta', 'baja', 'cancelar', 'cancela', 'anular'],
    ...[
      'detener',
      'detente',
      'detenganse',
      'detengan',
      '(?:quiero)? (?:dar|darme|dame|denme) de baja',
    ],
    ...[
      'desuscribir',
      'desuscribirme',
      '(?:cancelar|cancela|cancele|cancelen|anular) (?:mi|la)? suscripcion',
    ],
    '(?:detener|deten|detenga|detengan|paren|pare|cancelen|basta) <sus>* <mensajes>',
    'no mas <mensajes>',
    'no me (?:escriban|escribas|escriba|contacten|contactes|contacte) mas?',
    'no me (?:llamen|llames|llame|molesten|molestes) mas',
    'no me (?:envien|envies|envie|manden|mandes|mande) (?:mas|<sus>* <mensajes>)',
    '(?:deje|dejen|deja|pare|paren|para) de <escribir> me <sus>* <mensajes>?',
    ...['no quiero (?:recibir)? <sus>* <mensajes>', 'quitenme (?:de (?:la|su)? lista)?'],
    ...['borren mi numero', 'dejenme en paz', 'dejame en paz'],
  ],
}

/** What people put before and behind it. */
const POLITE =
  'please|pls|plz|kindly|now|ok|okay|hi|hello|hey|thanks|thankyou|thx|svp|silvousplait|siltepl[ai]t|merci|bonjour|porfavor|gracias|hola|ya'

const withParts = (phrase: string): string =>
  phrase.replace(/<(\w+)>/g, (_, name: keyof typeof PARTS) => `(?:${withParts(PARTS[name])})`)

const toPattern = (phrase: string) =>
  withParts(phrase.replace(/(\w+)\?/g, '(?:$1)?')).replaceAll(' ', '')

const REFUSAL = new RegExp(
  `^(?:${POLITE})*(?:${Object.values(SAID).flat().map(toPattern).join('|')})(?:${POLITE})*$`,
)

/** A sentence or a part of one ends here. */
const CLAUSE_END = /[.,;!?…\n]+/

/** In a longer text a STOP between punctuation is one sentence of many. */
const LONGEST_AROUND_STOP = 60

/** Whether somebody wants no more texts; `letters` are what was said, small and without blanks. */
export function isRefusal(letters: string): boolean {
  return REFUSAL.test(letters)
}

/** Whether a short text begins or ends with a STOP and nothing else in its clause. */
export function isAroundStop(text: string): boolean {
  if (text.length > LONGEST_AROUND_STOP) return false
  const clauses = text.split(CLAUSE_END).filter((clause) => /\p{L}/u.test(clause))
  return [clauses.at(0), clauses.at(-1)].some((clause) => /^\P{L}*stop\P{L}*$/iu.test(clause ?? ''))
}
