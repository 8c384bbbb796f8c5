// Copied unchanged from STORAGE_BACKENDS.md; the first and the last line import and export.
import type { StorageBackend, StateRecord } from 'pubwiki-lua'

class RemoteAPIBackend implements StorageBackend {
  private apiUrl: string

  constructor(apiUrl: string) {
    this.apiUrl = apiUrl
  }

  async init(): Promise<void> {
    // Test connection to API
    const response = await fetch(`${this.apiUrl}/health`)
    if (!response.ok) {
      throw new Error('Failed to connect to remote API')
    }
  }

  async get(key: string): Promise<StateRecord | undefined> {
    const response = await fetch(`${this.apiUrl}/state/${encodeURIComponent(key)}`)
    if (response.status === 404) return undefined
    if (!response.ok) throw new Error('Failed to fetch state')
    return response.json()
  }

  async set(record: StateRecord): Promise<void> {
    const response = await fetch(`${this.apiUrl}/state/${encodeURIComponent(record.key)}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(record)
    })
    if (!response.ok) throw new Error('Failed to save state')
  }

  async delete(key: string): Promise<void> {
    const response = await fetch(`${this.apiUrl}/state/${encodeURIComponent(key)}`, {
      method: 'DELETE'
    })
    if (!response.ok) throw new Error('Failed to delete state')
  }

  async getAll(): Promise<StateRecord[]> {
    const response = await fetch(`${this.apiUrl}/state`)
    if (!response.ok) throw new Error('Failed to fetch all states')
    return response.json()
  }

  async clear(): Promise<void> {
    const response = await fetch(`${this.apiUrl}/state`, { method: 'DELETE' })
    if (!response.ok) throw new Error('Failed to clear states')
  }
}

export { RemoteAPIBackend }
