/** A page of one user, of an origin of its own: users in one browser profile would wait for each other's locks. */

import { expose, windowEndpoint } from 'comlink'
import { BareUser } from './bare.js'
import { OurUser } from './ours.js'

expose(location.hash === '#ours' ? new OurUser() : new BareUser(), windowEndpoint(parent))
parent.postMessage('there', '*')
