/** Tells xtask what came of a visit to an app. */

/** Counts the visits, in what lasts from one to the next. */
export const COUNTER = `
  local visits = State.get("script.main.visits", 0) + 1
  State.set("script.main.visits", visits)
  return visits`

/** Reports the number that `visit` resolves to. After the first visit the page loads itself again. */
export async function report(visit) {
  addEventListener('error', ({ message }) => post({ error: message }))
  addEventListener('unhandledrejection', ({ reason }) => post({ error: String(reason) }))
  try {
    const visits = await visit()
    await post({ visits })
    if (visits === 1) location.reload()
  } catch (error) {
    await post({ error: String(error) })
  }
}

function post(said) {
  // A development server has another origin than xtask.
  const listener = new URLSearchParams(location.search).get('report') ?? ''
  return fetch(`${listener}/report`, { method: 'POST', mode: 'no-cors', body: JSON.stringify(said) })
}
