// Copied unchanged from STORAGE_BACKENDS.md; the last line exports it.
import { IndexedDBBackend } from 'pubwiki-lua'
import type { StorageBackend, StateRecord } from 'pubwiki-lua'

class EncryptedBackend implements StorageBackend {
  private backend = new IndexedDBBackend()
  private encryptionKey: CryptoKey | null = null

  async init(): Promise<void> {
    await this.backend.init()
    
    // Generate or load encryption key
    this.encryptionKey = await crypto.subtle.generateKey(
      { name: 'AES-GCM', length: 256 },
      true,
      ['encrypt', 'decrypt']
    )
  }

  private async encrypt(data: string): Promise<string> {
    if (!this.encryptionKey) throw new Error('Encryption key not initialized')
    
    const encoder = new TextEncoder()
    const dataBuffer = encoder.encode(data)
    const iv = crypto.getRandomValues(new Uint8Array(12))
    
    const encrypted = await crypto.subtle.encrypt(
      { name: 'AES-GCM', iv },
      this.encryptionKey,
      dataBuffer
    )
    
    // Combine IV and encrypted data
    const combined = new Uint8Array(iv.length + encrypted.byteLength)
    combined.set(iv, 0)
    combined.set(new Uint8Array(encrypted), iv.length)
    
    return btoa(String.fromCharCode(...combined))
  }

  private async decrypt(encryptedData: string): Promise<string> {
    if (!this.encryptionKey) throw new Error('Encryption key not initialized')
    
    const combined = Uint8Array.from(atob(encryptedData), c => c.charCodeAt(0))
    const iv = combined.slice(0, 12)
    const data = combined.slice(12)
    
    const decrypted = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv },
      this.encryptionKey,
      data
    )
    
    const decoder = new TextDecoder()
    return decoder.decode(decrypted)
  }

  async get(key: string): Promise<StateRecord | undefined> {
    const record = await this.backend.get(key)
    if (!record) return undefined
    
    // Decrypt the value
    const decryptedValue = await this.decrypt(record.value as string)
    return {
      ...record,
      value: JSON.parse(decryptedValue)
    }
  }

  async set(record: StateRecord): Promise<void> {
    // Encrypt the value
    const encryptedValue = await this.encrypt(JSON.stringify(record.value))
    await this.backend.set({
      ...record,
      value: encryptedValue
    })
  }

  async delete(key: string): Promise<void> {
    return this.backend.delete(key)
  }

  async getAll(): Promise<StateRecord[]> {
    const records = await this.backend.getAll()
    return Promise.all(
      records.map(async record => {
        const decryptedValue = await this.decrypt(record.value as string)
        return {
          ...record,
          value: JSON.parse(decryptedValue)
        }
      })
    )
  }

  async clear(): Promise<void> {
    return this.backend.clear()
  }

  close(): void {
    this.backend.close?.()
  }
}

export { EncryptedBackend }
