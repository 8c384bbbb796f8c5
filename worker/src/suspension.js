// How stacks sleep, in as few calls as can be: each between WebAssembly and JavaScript has its price.

/** The functions that wake the stacks that are asleep. */
const asleep = new Map()

/** A promise that `wake` resolves. */
export function sleep(sleeper) {
  return new Promise(wake => asleep.set(sleeper, wake))
}

/** Wakes a sleeper that is asleep. */
export function wake(sleeper) {
  const wake = asleep.get(sleeper)
  asleep.delete(sleeper)
  wake()
}
