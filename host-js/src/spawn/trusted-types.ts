/** Trusted Types: pages may let `Worker` take a script's URL from a policy alone. */

interface Policy {
  createScriptURL(url: string): unknown
}

/** The policy that a page has to allow. It is for URLs that this package has made, and no others. */
const POLICY = 'pubwiki-lua'

let policy: Policy | null = null

/** A URL of ours in the form in which `Worker` takes it. */
export function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }
  try {
    policy ??= trustedTypes?.createPolicy(POLICY, { createScriptURL: url => url }) ?? null
  } catch {
    // The page allows no such policy, and may not enforce any.
  }
  return (policy?.createScriptURL(url) ?? url) as string
}

/** What a page can do where Trusted Types are why a worker was refused, as the end of a message; else empty. */
export function adviceOn(refusal: unknown): string {
  // Chromium and WebKit name them; Firefox says "Sink type mismatch violation".
  return /Trusted|Sink type/.test(String(refusal))
    ? `; where Trusted Types are enforced, allow the policy ${POLICY} (trusted-types ${POLICY}), or give a TrustedScriptURL as workerUrl`
    : ''
}

/** Starts a worker whose script is `text`. */
export function blobWorker(text: string, options: WorkerOptions): Worker {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
  const worker = new Worker(trusted(url), options)
  // Whatever it says, its script has been read.
  for (const type of ['message', 'error']) worker.addEventListener(type, () => URL.revokeObjectURL(url), { once: true })
  return worker
}
