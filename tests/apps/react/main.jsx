// Two components share a runner and a key of its State. StrictMode mounts each of them twice. The worker is the
// page's own, which imports the package's.
import { createRunner } from 'pubwiki-lua'
import { StrictMode, Suspense, use, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { filter, firstValueFrom, from } from 'rxjs'
import { COUNTER, report } from '../report.js'
import ownWorker from './own-worker.js?worker&url'

const KEY = 'script.main.visits'
const started = createRunner({ workerUrl: ownWorker })

function Visits() {
  const store = use(started).state.observe(KEY)
  return <output>{useSyncExternalStore(store.subscribe, store.getSnapshot)}</output>
}

function Page() {
  return (
    <Suspense>
      <Visits />
      <Visits />
    </Suspense>
  )
}

const root = document.getElementById('root')
createRoot(root).render(
  <StrictMode>
    <Page />
  </StrictMode>,
)

report(async () => {
  const runner = await started
  const { values } = await runner.run(COUNTER, { scriptId: 'main' })
  const known = from(runner.state.observe(KEY)).pipe(filter(visits => visits === values[0]))
  const visits = await firstValueFrom(known)
  await shown([visits, visits])
  return visits
})

/** Resolves when the components show these numbers. */
async function shown(numbers) {
  const shows = () => [...root.querySelectorAll('output')].map(({ textContent }) => Number(textContent)).join() === numbers.join()
  while (!shows()) await new Promise(resolve => requestAnimationFrame(resolve))
}
