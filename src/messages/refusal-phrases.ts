/**
 * How people say that they want no more texts, beside the words that Twilio hears: it hears a single
 * word only, the law whatever is reasonable. Source: 47 CFR 64.1200(a)(10), "any reasonable means".
 *
 * Written as said, small and without accents, of parts: `<what>` is any word of that list; a `?` stands
 * behind what may be missing, a `*` behind what may also be said again.
 */
export const PARTS = {
  what: 'texts|text|textings|messages|message|msgs|msg|sms|txts|txt|spam|mms',
  which: 'the|these|those|this|that|your|any|all|more|such|of|my',
  who: 'me|us|my number|this number|this phone|my phone|to me|to my number|to this number',
  ing: 'texting|messaging|msging|msgn|txting|contacting|calling|spamming|bothering|harassing|writing|sending',
  act: 'text|message|msg|txt|contact|sms|spam|bother me|write me|write to me',
  again: 'again|anymore|ever|right now|now|right away|immediately|at once|for good',
  lead: 'i said|i told you to|i told you|just|i am not interested|im not interested|not interested|no thanks|no thank you|wrong number|sorry|i want you to|you need to|fuck off|fuck you|piss off|go away',
  // Not before a bare stop: who asks whether somebody could stop may mean a visit.
  would: 'can you|could you|would you|will you',
  list: '(?:<which>|marketing|mailing|contact|text|sms|calling|list|lists|database|system|texts|messages|everything)*',
  stop: 'sto+p+|quit|cease|sto+p+ and desist|cease and desist',
  // It is spelled in many ways.
  unsubscribe: 'unsu[bp]{0,1}s{0,1}c{0,1}(?:ri|ir|i)(?:be|b)|unsub',
  not: 'do not|dont|never|no longer|never ever',
  // Of languages with accents.
  mots: 'messages|message|textos|texto|sms|spam',
  vos: 'les|des|ces|vos|tes|tous|de|aucun|d',
  moi: 'me|m|nous|moi',
  arrete: 'arrete|arretez|arreter|cesse|cessez|cesser',
  ecrire: 'ecrire|texter|contacter|appeler|harceler|deranger|spammer',
  mensajes: 'mensajes|mensaje|textos|texto|sms|spam',
  sus: 'los|sus|tus|estos|esos|de|mas|todos|ya',
  escribir: 'escribir|enviar|mandar|contactar|llamar|molestar|textear',
  quiten: '(?:quit|elimin|borr|saqu|sac|remuev|retir)(?:en|e|a) me',
} as const

/** What is one only where nothing else is said: in a longer text it may be about a visit, a price or a day. */
export const ALONE = [
  // Twilio's own. Source: Twilio, "Twilio support for opt-out keywords (SMS STOP filtering)".
  '(?:stop+|stop all|<unsubscribe>|cancel|end|quit|revoke|opt out)(?:stop|unsubscribe|quit)*',
  ...['<lead>*(?:<stop>)(?:<stop>)*(?:it|this|that|them)?<again>*', 'end <ing> <who>? <again>*'],
  ...['no more', 'remove', 'i want to stop', 'fuck off', 'piss off', 'go away'],
  ...['(?:do not|dont|never) call <who>', '(?:remove|take|delete) (?:me|us|my name)'],
  ...['annuler', 'resilier', 'fin', 'plus jamais', '(?:arret|<arrete>)(?:ca|tout)?'],
  ...['alto', 'parar', 'para', 'pare', 'paren', 'basta', 'baja', 'cancelar', 'cancela', 'anular'],
  ...['detener', 'detente', 'detenganse', 'detengan', 'no mas', '<quiten>'],
]

/** What is one in a clause of its own, too, whatever else is said. */
export const ANYWHERE: Record<'en' | 'fr' | 'es', string[]> = {
  en: [
    '(?:<lead>|<would>)*(?:<stop>)(?:<stop>)* <ing> <who>? <which>*<what>? <who>? <again>*',
    '(?:<stop>|end)(?:<stop>)* <who>? <which>* <what> <who>? <again>*',
    '(?:do not|dont|never|never ever) <act> <who>? <again>*',
    '(?:do not|dont|never) (?:send <who>?|send) <which>* <what> <who>? <again>*',
    '(?:do not|dont|never|never ever) call <who>? (?:again|anymore|ever|ever again)',
    'i (?:<not>) (?:want|wish|like|want to|wish to) (?:receive|get|have)? <which>* <what> <again>*',
    'i (?:<not>) (?:want|wish) to be (?:contacted|texted|messaged|called|spammed|bothered)<again>*',
    ...['no more <what>', 'no more <ing>', 'no texts', 'no texting', 'leave (?:me|us) alone'],
    '<lead>*(?:<unsubscribe>)<who>?(?:from <list>)?<again>*',
    'i? (?:want to|wish to|would like to|need to|id like to)? (?:opt out|<unsubscribe>)(?:of|from)?<list>',
    ...['opt me out', 'opting out', '(?:lose|forget|delete|erase) (?:my|this) number'],
    '(?:remove|take|delete) (?:me|us|my number|this number|my name) (?:from|off|off of|out of) <list>',
    ...['(?:remove|take) (?:my|this) number'],
    'i (?:want to|wish to|would like to) be removed (?:from <list>)?',
  ],
  fr: [
    '(?:<arrete>|stop+) <vos>* <mots>',
    '(?:<arrete>) de <moi>? <ecrire>',
    '(?:<arrete>) de <moi>? envoyer <vos>* <mots>',
    ...['je? me? (?:desabonne|desabonner)', 'desabonnement', 'desinscription', 'me? desinscrire'],
    '(?:desabonne|desabonnez|desinscris|desinscrivez|retire|retirez|enleve|enlevez) moi (?:de (?:la|votre|ta|cette)? liste)?',
    'ne? <moi>? (?:ecris|ecrivez|textez|texte|contacte|contactez|appelle|appelez|derangez) (?:plus|plus jamais)',
    '(?:ne|n) <moi>? (?:envoie|envoyez) plus (?:rien|<vos>* <mots>)',
    ...['ne plus <moi>? <ecrire>', 'ne plus <moi>? envoyer <vos>* <mots>'],
    ...['plus de <mots>', 'je? ne? veux plus (?:recevoir)? <vos>* <mots>'],
    ...['laissez moi tranquille', 'laisse moi tranquille', 'supprimez mon numero'],
  ],
  es: [
    ...['(?:quiero)? (?:dar|darme|dame|denme) de baja', 'desuscribir', 'desuscribirme'],
    '(?:cancelar|cancela|cancele|cancelen|anular) (?:mi|la)? suscripcion',
    '(?:detener|deten|detenga|detengan|paren|pare|cancelen|basta) <sus>* <mensajes>',
    'no mas <mensajes>',
    'no me (?:escriban|escribas|escriba|contacten|contactes|contacte) mas?',
    'no me (?:llamen|llames|llame|molesten|molestes) mas',
    'no me (?:envien|envies|envie|manden|mandes|mande) (?:mas|<sus>* <mensajes>)',
    '(?:deje|dejen|deja|pare|paren|para) de <escribir> me <sus>* <mensajes>?',
    ...[
      'no quiero (?:recibir)? <sus>* <mensajes>',
      '<quiten> de (?:la|su|tu|esta|sus) (?:lista|listas)',
    ],
    ...['borren mi numero', 'dejenme en paz', 'dejame en paz'],
  ],
}

/** What people put before and behind it. */
export const POLITE =
  'please|pls|plz|kindly|now|ok|okay|hi|hello|hey|thanks|thankyou|thx|but|and|so|svp|silvousplait|siltepl[ai]t|merci|bonjour|porfavor|gracias|hola|ya'
