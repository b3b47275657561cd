import { startWith } from './start-with.ts'

const tags = new Map<string, string>()

await startWith((real) => ({
  ...real,
  buyNumber(purchase) {
    tags.set(purchase.phoneNumber, purchase.friendlyName)
    return real.buyNumber(purchase)
  },
  async findNumber(phoneNumber) {
    const owned = await real.findNumber(phoneNumber)
    const tag = tags.get(phoneNumber)
    return owned && tag ? { ...owned, friendlyName: tag } : owned
  },
}))
