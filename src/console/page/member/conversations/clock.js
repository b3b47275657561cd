const clock = new Intl.DateTimeFormat(
  /^[\w-]+$/.test(navigator.language) ? navigator.language : undefined,
  { timeStyle: 'short' },
)

/** The time of day, in the viewer's zone. @param {string} at */
export const clockOf = (at) => clock.format(new Date(at))
