import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keywordOf } from '../../src/messages/opt-out-keywords.ts'

const stops = [
  ...['STOP', 'stopall', 'Unsubscribe', 'CANCEL', 'end', 'QUIT', 'revoke', 'OptOut'],
  ...['Stop.', 'opt-out', 'unsubscribe!', 'stop texting me', 'ＳＴＯＰ', '“Stop”', 'S T O P'],
  ...['Please stop', 'STOP it', 'Stop, thanks', "don't text me again", 'Don’t text me anymore'],
  ...['remove me from your list', 'No more texts please', 'STOP 🛑', 'st\u200Bop', '\u202Estop'],
  ...[
    'Arrêt',
    'ARRÊTER',
    'désabonnez-moi',
    "Arrêtez de m'écrire s'il vous plaît",
    'Ne m’écrivez plus',
  ],
  ...['alto', 'Darme de baja', '¡No más mensajes!', 'por favor, no me escriban más', 'Basta ya'],
]

/** What must be heard though no list of whole phrases has all of it. */
const inOtherWords = [
  ...['STOP STOP', 'Stop texting this number', "I don't want your messages", 'stop text'],
  ...['Unsubscribe from this list', 'i dont want texts', 'i do not want to receive texts'],
  ...["don't text me ever again", 'Do not text this number', 'stop right now', 'I said stop'],
  ...['please remove my number from your list', 'stop immediately', 'stop msging me', 'stop txt'],
  ...['not interested, stop', 'wrong number stop', 'STOP!! Do not text me', 'quit texting me'],
  ...['end texts', 'cease', 'unsub', 'I wish to opt out', 'stop calling me', 'stop harassing me'],
  ...["arrête de m'envoyer des messages", 'désabonne-moi', 'cessez', "cessez de m'écrire"],
  ...["ne m'appelez plus", 'para', 'detengan los mensajes', 'cancelar suscripción', '🛑 "STOP"'],
  ...['Stop stop stop texting me please', 'Never message us again', 'cease all messages'],
  ...['No thanks. STOP', 'STOP, I sold the car', 'take this number off your mailing list'],
  ...['dejen de llamarme', 'Ne m’envoyez plus de textos', 'I would like to unsubscribe'],
  ...['Could you stop texting me?', "Don't bother me again"],
  ...['I no longer wish to receive messages', 'I no longer want to receive texts', '🛑', '🛑🛑'],
  ...['I don’t want to be contacted', 'Do not call me', 'Lose my number', 'no texting', 'No more'],
  ...['fuck off stop texting me', 'STOPP', 'stoppp', 'Unsuscribe', 'unsubcribe me', 'Go away'],
  ...['n’envoyez plus de messages', 'Ne plus me contacter', 'fin', 'ne plus envoyer de sms'],
  ...['no más', 'Elimínenme de la lista', 'bórrame de su lista', 'sáquenme de la lista por favor'],
]

/** In a clause of a text that says more. */
const inAClause = [
  ...['Who is this? Stop texting me', 'I sold it, please do not contact me again. Bye'],
  ...[
    'ＳＴＯＰ. I mean it',
    'S\u200BTOP, I mean it',
    'I mean it， ＳＴＯＰ',
    'Please stop. I sold the car',
  ],
  ...['Qui est-ce ? Ne m’écrivez plus', '¿Quién es? ¡No me escriban más!', 'STOPP! I sold it'],
  ...['"Stop texting me. I sold it"', 'Who is "Premium Auto"? Stop texting me'],
  ...[
    'I bought one elsewhere last week, thanks, but remove me from your list. Have a good day, all',
  ],
]

describe('keywordOf', () => {
  test.each([
    ...stops.map((words) => [words, 'stop'] as const),
    ...inOtherWords.map((words) => [words, 'stop'] as const),
    ...inAClause.map((words) => [words, 'stop'] as const),
    ...['START', 'Unstop', 'start!'].map((word) => [word, 'start'] as const),
    ...['yes', 'Yes.', '“YES”'].map((word) => [word, 'yes'] as const),
    ...['HELP', 'info', 'Help?'].map((word) => [word, 'help'] as const),
    [' Stop\n', 'stop'] as const,
  ])('the words %j: ask for %s', (body, expected) => {
    expect(keywordOf(body, '')).toBe(expected)
  })

  test.each([
    ...['', '.', '👍', '✋', 'yes please', 'constructor', "don't stop", 'no', 'STOPPED'],
    ...['Stop by tomorrow?', 'cancel my appointment', 'where does the bus stop', 'the end'],
    ...['stop by tomorrow', "I can't stop thinking about that truck", 'para mañana'],
    ...['end of month works', 'para el martes', 'Stop in at 5, please', 'Can you cancel?'],
    ...["Don't call me, text me", 'I want that text again', 'Do not stop, I am coming'],
    ...['I don’t want the blue one', 'remove the snow tires', 'Is it a non-stop flight?'],
    ...[
      'Could you stop today?',
      'Can you stop?',
      "Don't bother",
      'Stop in today',
      'Basta el lunes',
    ],
    ...['I will stop texting you the details', 'start the car', 'parada', 'bajar el precio'],
    ...['Can you stop by at 5?', "Don't stop", 'We can stop at the dealer', 'fin de semana'],
    ...['no more questions, see you at 5', 'Ok. Cancel. I will come at 6', 'No, end of May. Ok?'],
    ...['Is that all? No more. See you', 'No más preguntas, gracias', 'À la fin, ça va', 'Enfin'],
    ...['Not today, para el martes', 'Haha, stop it, you are kidding', 'Take me, I am ready'],
    ...['🛑 at the corner', 'Sunday, go away, Monday I am there', 'I lost my number', 'Finally'],
    ...["I no longer want the blue one, but I'd take the red", 'non-stop, I mean', 'To be removed'],
  ])('%j: is a text like any other', (body) => {
    expect(keywordOf(body, '')).toBeNull()
  })

  test.each([
    ...['Loved “Yes”', 'Liked “STOP”', 'Disliked "Stop"', 'Reacted 👍 to “STOP”', '👍 to “Yes”'],
    ...[
      '👍 “Stop”',
      '❤️ "Yes"',
      'Removed a heart from “Start”',
      'A aimé « Stop »',
      'Le gustó “Alto”',
    ],
  ])('the reaction %j: opts neither in nor out', (body) => {
    expect(keywordOf(body, '')).toBeNull()
  })

  test('any case, width, punctuation, blanks and invisible characters: change nothing', () => {
    const ignored = [...' .,!?"“”‘’()-_\n\t', '\u200B', '\u200D', '\uFEFF', '\u202E']
    const between = fc
      .array(fc.constantFrom(...ignored), { maxLength: 3 })
      .map((each) => each.join(''))
    const spelled = fc
      .constantFrom(...stops)
      .chain((words) =>
        fc
          .tuple(
            fc.array(fc.tuple(fc.nat(2), between), { minLength: 60, maxLength: 60 }),
            fc.constant([...words]),
          )
          .map(([hands, letters]) =>
            letters.map((letter, at) => spell(letter, ...(hands[at] ?? [0, '']))).join(''),
          ),
      )

    fc.assert(
      fc.property(spelled, (body) => {
        expect(keywordOf(body, '')).toBe('stop')
      }),
    )
  })

  test('a word of a service of its own: is what Twilio took it for', () => {
    expect(keywordOf('NAY', 'STOP')).toBe('stop')
    expect(keywordOf('yes', 'STOP')).toBe('stop')
    expect(keywordOf('AYE', 'START')).toBe('start')
    expect(keywordOf('Yes', 'START')).toBe('yes')
  })

  test('an OptOutType nobody knows: changes nothing', () => {
    expect(keywordOf('hello', 'MAYBE')).toBeNull()
  })

  test('a long text: is read in no time', () => {
    expect(keywordOf('please'.repeat(100_000), '')).toBeNull()
  })
})

/** A letter in another hand: as it is, in capitals or full width, with something behind it. */
function spell(letter: string, hand: number, behind: string): string {
  const written =
    hand === 1
      ? letter.toUpperCase()
      : hand === 2 && /^[!-~]$/.test(letter)
        ? String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)
        : letter
  return written + behind
}
