// Copied unchanged from STORAGE_BACKENDS.md; the last line exports it.
import type { StorageBackend, StateRecord } from 'pubwiki-lua'

class MyCustomBackend implements StorageBackend {
  private data: Map<string, StateRecord> = new Map()

  async init(): Promise<void> {
    // Initialize your storage (e.g., connect to remote database)
    console.log('Custom backend initialized')
  }

  async get(key: string): Promise<StateRecord | undefined> {
    // Retrieve a record by key
    return this.data.get(key)
  }

  async set(record: StateRecord): Promise<void> {
    // Store a record
    this.data.set(record.key, record)
  }

  async delete(key: string): Promise<void> {
    // Delete a record
    this.data.delete(key)
  }

  async getAll(): Promise<StateRecord[]> {
    // Return all records
    return Array.from(this.data.values())
  }

  async clear(): Promise<void> {
    // Clear all records
    this.data.clear()
  }

  close?(): void {
    // Optional: cleanup when done
    console.log('Custom backend closed')
  }
}

export { MyCustomBackend }
