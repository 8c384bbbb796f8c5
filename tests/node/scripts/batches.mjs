// Writes batches until it is killed, and says which are acknowledged; or says what is there.
import { FsBackend } from 'pubwiki-lua'

/** The records of each batch: they are there together or not at all. */
const SIZE = 5

const [, , folder, mode] = process.argv
const backend = new FsBackend({ folder })
const record = (key, value) => ({ key, value, createdAt: 1, updatedAt: 2 })

/** Every batch has records of its own, and replaces the one that counts them all. */
const batch = number => [
  ...Array.from({ length: SIZE }, (_, index) => record(`batch ${number} ${index}`, 'x'.repeat(100 * (number % 20)))),
  record('last', number),
]

if (mode === 'write') {
  for (let number = ((await backend.get('last'))?.value ?? 0) + 1; ; number++) {
    await backend.setMany(batch(number))
    console.log(number)
  }
}
const records = await backend.getAll()
const last = records.find(({ key }) => key === 'last')?.value ?? 0
const sizes = new Map()
for (const { key } of records) {
  const number = Number(key.split(' ')[1])
  if (number) sizes.set(number, (sizes.get(number) ?? 0) + 1)
}
const broken = Array.from({ length: last }, (_, index) => index + 1).filter(number => sizes.get(number) !== SIZE)
for (const number of sizes.keys()) if (number > last) broken.push(number)
console.log(JSON.stringify({ last, broken }))
