// A component of the server's may import the package: nothing of it runs there.
import { LuaError } from 'pubwiki-lua'
import { Visits } from './visits.jsx'

export default function Page() {
  return <Visits error={LuaError.name} />
}
