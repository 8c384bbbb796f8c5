'use client'

import { createRunner } from 'pubwiki-lua'
import { useEffect } from 'react'
import { COUNTER, report } from '../../report.js'

let visited = false

export function Visits({ error }) {
  useEffect(() => {
    if (visited) return
    visited = true
    report(async () => {
      const runner = await createRunner()
      const { values } = await runner.run(COUNTER, { scriptId: 'main' })
      return values[0]
    })
  }, [])
  return <p>Scripts fail with a {error}.</p>
}
