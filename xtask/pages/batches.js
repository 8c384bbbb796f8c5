// Batches of records for tests that kill whoever writes them: those of a batch are there together or not at all.

/** How many records a batch has, but for the one that counts them all. */
const SIZE = 5

const record = (key, value) => ({ key, value, createdAt: 1, updatedAt: 2 })

/** Every batch has records of its own, and replaces the one that counts them all. */
const batch = number => [
  ...Array.from({ length: SIZE }, (_, index) => record(`batch ${number} ${index}`, 'x'.repeat(100 * (number % 20)))),
  record('last', number),
]

/** Writes batches for ever, from the first that is not there, and calls `acknowledged` with the number of each. */
export async function writeBatches(backend, acknowledged) {
  const last = await backend.get('last')
  for (let number = (last?.value ?? 0) + 1; ; number++) {
    await backend.setMany(batch(number))
    acknowledged(number)
  }
}

/** The number of the last batch that is there, and of those that are there in part. */
export async function readBatches(backend) {
  const records = await backend.getAll()
  const last = records.find(({ key }) => key === 'last')?.value ?? 0
  const sizes = new Map()
  for (const { key } of records) {
    const number = Number(key.split(' ')[1])
    if (number) sizes.set(number, (sizes.get(number) ?? 0) + 1)
  }
  const broken = Array.from({ length: last }, (_, index) => index + 1).filter(number => sizes.get(number) !== SIZE)
  for (const number of sizes.keys()) if (number > last) broken.push(number)
  return { last, broken }
}
