// Copied unchanged from STORAGE_BACKENDS.md; the last line exports it.
import { IndexedDBBackend, MemoryBackend } from 'pubwiki-lua'
import type { StorageBackend, StateRecord } from 'pubwiki-lua'

class HybridBackend implements StorageBackend {
  private memoryBackend = new MemoryBackend()
  private persistentBackend = new IndexedDBBackend()

  async init(): Promise<void> {
    await this.memoryBackend.init()
    await this.persistentBackend.init()
    
    // Pre-load all data into memory
    const allRecords = await this.persistentBackend.getAll()
    for (const record of allRecords) {
      await this.memoryBackend.set(record)
    }
  }

  async get(key: string): Promise<StateRecord | undefined> {
    // Always read from memory (fast)
    return this.memoryBackend.get(key)
  }

  async set(record: StateRecord): Promise<void> {
    // Write to both memory and IndexedDB
    await this.memoryBackend.set(record)
    await this.persistentBackend.set(record)
  }

  async delete(key: string): Promise<void> {
    await this.memoryBackend.delete(key)
    await this.persistentBackend.delete(key)
  }

  async getAll(): Promise<StateRecord[]> {
    return this.memoryBackend.getAll()
  }

  async clear(): Promise<void> {
    await this.memoryBackend.clear()
    await this.persistentBackend.clear()
  }

  close(): void {
    this.memoryBackend.close?.()
    this.persistentBackend.close?.()
  }
}

export { HybridBackend }
