/**
 * How people say that they want no more texts, beside the words that Twilio hears: it hears a single
 * word only, the law whatever is reasonable. Source: 47 CFR 64.1200(a)(10), "any reasonable means".
 *
 * Written as said, small and without accents; a `?` stands behind a word that may be missing.
 */
const SAID: Record<'en' | 'fr' | 'es', string[]> = {
  en: [
    // Twilio's own. Source: Twilio, "Twilio support for opt-out keywords (SMS STOP filtering)".
    ...['stop', 'stop all', 'unsubscribe', 'cancel', 'end', 'quit', 'revoke', 'opt out'],
    ...['stop it', 'stop this', 'stop now', 'stop them', 'stop sms', 'stop messaging', 'stop spam'],
    ...['stop texting me? again? anymore?', 'stop messaging me?', 'stop contacting me?'],
    ...['stop spamming me?', 'stop bothering me', 'stop writing me?', 'stop writing to me'],
    ...['stop sending', 'stop sending me? these? your? any? texts', 'stop sending me'],
    ...['stop sending me? these? your? any? messages', 'stop sending me? these? this? spam'],
    ...['stop the? these? your? texts', 'stop the? these? your? messages', 'stop all texts'],
    ...['stop all messages', 'no more texts', 'no more messages', 'no more sms', 'no texts'],
    ...['do not text me? again? anymore?', 'dont text me? again? anymore?'],
    ...['do not message me? again? anymore?', 'dont message me? again? anymore?'],
    ...['do not contact me? again? anymore?', 'dont contact me? again? anymore?'],
    ...['never text me again', 'never contact me again', 'leave me alone', 'unsubscribe me'],
    ...['opt me out', 'i opt out', 'i want to opt out', 'i want to unsubscribe', 'opting out'],
    ...['i want to stop', 'i do not want texts', 'i do not want these? your? messages'],
    ...['remove', 'remove me', 'remove me from the? this? your? list', 'remove my number'],
    ...['take me off', 'take me off the? this? your? list', 'delete my number'],
  ],
  fr: [
    ...['arret', 'arreter', 'arrete', 'arretez', 'arrete ca', 'arretez ca', 'stop sms', 'annuler'],
    ...['desabonner', 'desabonnement', 'desabonnez moi', 'me desabonner', 'je me desabonne'],
    ...['desinscrire', 'desinscription', 'desinscrivez moi', 'me desinscrire', 'resilier'],
    ...['arretez de mecrire', 'arrete de mecrire', 'arretez de me texter', 'arrete de me texter'],
    ...['arretez de me contacter', 'arretez les? ces? vos? textos', 'arretez les? ces? vos? sms'],
    ...['arretez les? ces? vos? messages', 'arretez de menvoyer des messages'],
    ...['arretez de menvoyer des textos', 'arretez de menvoyer des sms', 'plus de messages'],
    ...['plus de textos', 'plus de sms', 'ne mecrivez plus', 'ne mecris plus', 'ne me textez plus'],
    ...['ne me contactez plus', 'ne menvoyez plus de messages', 'ne menvoyez plus de textos'],
    ...['ne menvoyez plus de sms', 'ne menvoyez plus rien', 'laissez moi tranquille'],
    ...['retirez moi', 'retirez moi de la? votre? liste', 'supprimez mon numero'],
    ...['je ne veux plus de messages', 'je ne veux plus de textos', 'je ne veux plus de sms'],
  ],
  es: [
    ...['alto', 'parar', 'pare', 'paren', 'para ya', 'basta', 'baja', 'cancelar', 'cancela'],
    ...['detener', 'detente', 'detenganse', 'anular', 'dar de baja', 'darme de baja'],
    ...['dame de baja', 'denme de baja', 'quiero darme de baja', 'desuscribir', 'desuscribirme'],
    ...['no mas mensajes', 'no mas textos', 'no mas sms', 'no me escriban mas?'],
    ...['no me escribas mas?', 'no me escriba mas?', 'no me envien mas? mensajes'],
    ...['no me envies mas? mensajes', 'no me manden mas? mensajes', 'no me mandes mas? mensajes'],
    ...['no me contacten mas?', 'deje de escribirme', 'dejen de escribirme', 'deja de escribirme'],
    ...['dejen de enviarme mensajes', 'deja de enviarme mensajes', 'dejen de mandarme mensajes'],
    ...['deja de mandarme mensajes', 'no quiero mas? mensajes', 'no quiero recibir mas? mensajes'],
    ...['quitenme', 'quitenme de la? su? lista', 'borren mi numero', 'dejenme en paz'],
  ],
}

/** What people put before and behind it. */
const POLITE =
  'please|pls|plz|kindly|now|ok|okay|hi|hello|hey|thanks|thankyou|thx|svp|silvousplait|siltepl[ai]t|merci|bonjour|porfavor|gracias|hola|ya'

const toPattern = (phrase: string) => phrase.replace(/(\w+)\?/g, '(?:$1)?').replaceAll(' ', '')

const REFUSAL = new RegExp(
  `^(?:${POLITE})*(?:${Object.values(SAID).flat().map(toPattern).join('|')})(?:${POLITE})*$`,
)

/** Whether somebody wants no more texts; `letters` are what was said, small and without blanks. */
export function isRefusal(letters: string): boolean {
  return REFUSAL.test(letters)
}
