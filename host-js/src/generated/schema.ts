// Generated from runtime/src/protocol by `cargo xtask generate`. Do not edit.

/**
 * What is on the wire for a value: postcard's varints for u16 to u64 (and zigzag ones for i16
 * to i64), eight bytes for f64, a length before str, bytes and seq, a byte before option.
 */
export type Format =
  | 'unit' | 'bool' | 'u8' | 'u16' | 'u32' | 'u64' | 'i64' | 'f64' | 'str' | 'bytes'
  | { readonly ref: string }
  | { readonly option: Format }
  | { readonly seq: Format }
  | { readonly tuple: readonly Format[] }

/** Fields in the order of the wire. */
export type Fields = ReadonlyArray<readonly [name: string, format: Format]>

/** A variant's content, after its index. */
export type Variant =
  | 'unit'
  | { readonly newtype: Format }
  | { readonly tuple: readonly Format[] }
  | { readonly struct: Fields }

/** A named type. A variant's index on the wire is its place in `enum`. */
export type Container =
  | Variant
  | { readonly enum: ReadonlyArray<readonly [name: string, variant: Variant]> }

/** Every named type, by its name. */
export const containers: Record<string, Container> = {
  Answer: {"enum":[["Done","unit"],["Error",{"newtype":{"ref":"Error"}}],["Run",{"newtype":{"ref":"RunOutcome"}}],["State",{"newtype":{"ref":"StateAnswer"}}],["Backend",{"newtype":{"ref":"BackendAnswer"}}]]},
  Artifact: {"enum":[["jspi","unit"],["portable","unit"]]},
  BackendAnswer: {"enum":[["Done","unit"],["Record",{"newtype":{"option":{"ref":"Record"}}}],["Records",{"newtype":{"seq":{"ref":"Record"}}}],["Versioned",{"struct":[["records",{"seq":{"ref":"Record"}}],["versions",{"seq":"str"}],["cursor",{"option":"str"}]]}],["Swapped",{"struct":[["version","str"]]}]]},
  BackendChange: {"enum":[["Stored",{"struct":[["record",{"ref":"Record"}],["version",{"option":"str"}]]}],["Removed",{"struct":[["key","str"]]}]]},
  BackendChoice: {"enum":[["Memory","unit"],["IndexedDb",{"struct":[["database",{"option":"str"}],["durability",{"ref":"Durability"}]]}],["Host",{"struct":[["name","str"],["methods",{"ref":"HostMethods"}]]}],["LocalStorage",{"struct":[["prefix",{"option":"str"}]]}],["Opfs",{"struct":[["folder",{"option":"str"}]]}],["Fs",{"struct":[["folder","str"]]}]]},
  BackendOp: {"enum":[["Init","unit"],["Get",{"struct":[["key","str"]]}],["Set",{"struct":[["record",{"ref":"Record"}]]}],["Delete",{"struct":[["key","str"]]}],["GetAll","unit"],["Clear","unit"],["GetMany",{"struct":[["keys",{"seq":"str"}]]}],["SetMany",{"struct":[["records",{"seq":{"ref":"Record"}}]]}],["DeleteMany",{"struct":[["keys",{"seq":"str"}]]}],["Scan",{"struct":[["prefix","str"]]}],["Close","unit"],["CompareAndSet",{"struct":[["key","str"],["version",{"option":"str"}],["next",{"option":{"ref":"Record"}}]]}],["ScanPage",{"struct":[["prefix","str"],["cursor",{"option":"str"}],["limit","u32"]]}],["Transact",{"struct":[["records",{"seq":{"ref":"Record"}}],["removed",{"seq":"str"}]]}]]},
  Declaration: {"struct":[["name","str"],["config",{"ref":"NamespaceConfig"}]]},
  Dialect: {"enum":[["Lua54","unit"],["Lua51","unit"]]},
  Durability: {"enum":[["relaxed","unit"],["strict","unit"]]},
  EntryOrder: {"enum":[["key","unit"],["updated","unit"]]},
  Error: {"struct":[["message","str"],["kind",{"ref":"ErrorKind"}],["traceback","str"]]},
  ErrorKind: {"enum":[["Lua",{"struct":[["value",{"ref":"Value"}]]}],["Limit",{"struct":[["limit",{"ref":"Limit"}],["value","f64"]]}],["Cancelled","unit"],["Permission","unit"],["Quota","unit"],["Storage",{"struct":[["backend","str"],["operation","str"],["keys",{"seq":"str"}],["cause",{"option":{"ref":"HostError"}}]]}],["Module","unit"],["Value",{"struct":[["path","str"]]}],["Protocol","unit"],["Host",{"struct":[["cause",{"ref":"HostError"}],["value",{"ref":"Value"}]]}],["CannotWait","unit"],["Exit",{"struct":[["code","u8"]]}]]},
  Event: {"enum":[["Ready",{"struct":[["version","u32"],["artifact",{"ref":"Artifact"}]]}],["Answer",{"struct":[["id","u32"],["answer",{"ref":"Answer"}]]}],["Output",{"struct":[["run","u32"],["chunk","bytes"]]}],["Call",{"struct":[["id","u32"],["call",{"ref":"HostCall"}]]}],["Notice",{"newtype":{"ref":"Notice"}}],["Heartbeat","unit"],["ModulesFetched",{"struct":[["count","u32"]]}],["StateChanged",{"struct":[["watch","u32"],["key","str"],["value",{"option":"str"}]]}],["Registered",{"struct":[["script_id","str"],["namespaces",{"seq":{"ref":"Declaration"}}]]}],["Unregistered",{"struct":[["script_id","str"]]}],["ErrorOutput",{"struct":[["run","u32"],["chunk","bytes"]]}],["AnswerPart",{"struct":[["id","u32"],["part",{"ref":"Part"}]]}],["CallPart",{"struct":[["id","u32"],["part",{"ref":"Part"}]]}],["RunFailed",{"struct":[["run","u32"],["stats",{"ref":"RunStats"}]]}],["Imported",{"struct":[["id","u32"],["done","u32"]]}]]},
  ExpiredItem: {"struct":[["name","str"],["expiresAt","f64"]]},
  FromWorker: {"enum":[["WorkerLoaded","unit"],["ProcessOutput",{"tuple":["u32",{"ref":"Event"}]}]]},
  Heat: {"struct":[["threshold","u32"],["watched","u32"]]},
  HostAnswer: {"enum":[["Backend",{"newtype":{"ref":"BackendAnswer"}}],["Value",{"newtype":{"ref":"Value"}}],["Error",{"newtype":{"ref":"HostError"}}],["ModulePolicy",{"newtype":{"ref":"ModuleVerdict"}}],["LocalStorage",{"newtype":{"seq":{"ref":"LocalStorageItem"}}}],["Values",{"newtype":{"seq":{"ref":"Value"}}}],["Thrown",{"struct":[["cause",{"ref":"HostError"}],["value",{"ref":"Value"}]]}]]},
  HostCall: {"enum":[["Backend",{"newtype":{"ref":"BackendOp"}}],["Function",{"struct":[["run","u32"],["name","str"],["args",{"seq":{"ref":"Value"}}]]}],["ModulePolicy",{"newtype":{"ref":"ModuleQuestion"}}],["LocalStorage",{"struct":[["prefix","str"],["op",{"ref":"LocalStorageOp"}]]}],["Input",{"struct":[["run","u32"]]}],["Resolve",{"struct":[["name","str"],["from",{"option":"str"}]]}]]},
  HostError: {"struct":[["name","str"],["message","str"]]},
  HostMethods: {"struct":[["getMany","bool"],["setMany","bool"],["deleteMany","bool"],["scan","bool"],["compareAndSet","bool"],["changes","bool"],["scanPage","bool"],["transact","bool"],["expires","bool"]]},
  Limit: {"enum":[["timeoutMs","unit"],["cpuMs","unit"],["memoryBytes","unit"],["outputBytes","unit"],["sourceBytes","unit"]]},
  LocalStorageItem: {"struct":[["name","str"],["text","str"]]},
  LocalStorageOp: {"enum":[["Read",{"struct":[["names",{"seq":"str"}]]}],["ReadAll","unit"],["Write",{"struct":[["items",{"seq":{"ref":"LocalStorageItem"}}],["removed",{"seq":"str"}]]}],["Clear","unit"],["RemoveExpired",{"struct":[["expired",{"seq":{"ref":"ExpiredItem"}}]]}]]},
  ModuleOp: {"enum":[["Register",{"struct":[["name","str"],["source","bytes"]]}],["Remove",{"struct":[["name","str"]]}],["ClearFetched","unit"],["Clear","unit"]]},
  ModulePolicy: {"enum":[["BuiltIn","unit"],["Host","unit"]]},
  ModuleQuestion: {"struct":[["spec","str"],["url","str"],["redirectedFrom",{"option":"str"}]]},
  ModuleVerdict: {"struct":[["allow","bool"],["redirects","bool"],["http","bool"]]},
  NamespaceConfig: {"struct":[["read","bool"],["write","bool"],["shared","bool"],["persistent","bool"],["ttl",{"option":"f64"}],["quota",{"option":"f64"}]]},
  Notice: {"struct":[["code","str"],["message","str"]]},
  OpenOptions: {"struct":[["backend",{"ref":"BackendChoice"}],["limits",{"ref":"RunLimits"}],["modules",{"ref":"ModulePolicy"}],["allowSelfNamedScripts","bool"],["resolves","bool"],["compile",{"option":{"ref":"Heat"}}]]},
  Part: {"enum":[["Records",{"newtype":{"seq":{"ref":"Record"}}}],["Keys",{"newtype":{"seq":"str"}}],["Entries",{"newtype":{"seq":{"ref":"StateEntry"}}}],["Items",{"newtype":{"seq":{"ref":"LocalStorageItem"}}}],["Expired",{"newtype":{"seq":{"ref":"ExpiredItem"}}}]]},
  Record: {"struct":[["key","str"],["value","str"],["createdAt","f64"],["updatedAt","f64"],["expiresAt",{"option":"f64"}]]},
  Request: {"enum":[["Open",{"struct":[["version","u32"],["options",{"ref":"OpenOptions"}]]}],["Run",{"struct":[["id","u32"],["spec",{"ref":"RunSpec"}]]}],["Cancel",{"struct":[["run","u32"]]}],["State",{"struct":[["id","u32"],["script_id","str"],["op",{"ref":"StateOp"}]]}],["BackendOpen",{"struct":[["id","u32"],["handle","u32"],["backend",{"ref":"BackendChoice"}]]}],["BackendCall",{"struct":[["id","u32"],["handle","u32"],["op",{"ref":"BackendOp"}]]}],["BackendClose",{"struct":[["handle","u32"]]}],["Answer",{"struct":[["call","u32"],["answer",{"ref":"HostAnswer"}]]}],["Close",{"struct":[["id","u32"]]}],["Malformed",{"struct":[["message","str"]]}],["Modules",{"newtype":{"ref":"ModuleOp"}}],["RegisterNamespaces",{"struct":[["id","u32"],["script_id","str"],["namespaces",{"seq":{"ref":"Declaration"}}]]}],["UnregisterScript",{"struct":[["id","u32"],["script_id","str"]]}],["Watch",{"struct":[["id","u32"],["script_id","str"],["key","str"]]}],["Unwatch",{"struct":[["watch","u32"]]}],["Commit",{"struct":[["id","u32"],["update","u32"],["value",{"option":"str"}]]}],["Abandon",{"struct":[["update","u32"]]}],["Store",{"struct":[["id","u32"],["op",{"ref":"StoreOp"}]]}],["LocalStorageChanged",{"struct":[["prefix","str"],["name",{"option":"str"}]]}],["Part",{"struct":[["id","u32"],["part",{"ref":"Part"}]]}],["DropParts",{"struct":[["id","u32"]]}],["AnswerPart",{"struct":[["call","u32"],["part",{"ref":"Part"}]]}],["Functions",{"struct":[["names",{"seq":"str"}]]}],["BackendChanged",{"struct":[["changes",{"option":{"seq":{"ref":"BackendChange"}}}]]}]]},
  RunLimits: {"struct":[["timeoutMs",{"option":"u32"}],["cpuMs",{"option":"u32"}],["memoryBytes",{"option":"u32"}],["outputBytes",{"option":"u32"}]]},
  RunOutcome: {"struct":[["values",{"seq":{"ref":"Value"}}],["stats",{"ref":"RunStats"}]]},
  RunSpec: {"struct":[["scriptId",{"option":"str"}],["code","bytes"],["name",{"option":"str"}],["args",{"seq":{"ref":"Value"}}],["limits",{"ref":"RunLimits"}],["keepAlive","bool"],["dialect",{"ref":"Dialect"}]]},
  RunStats: {"struct":[["wallMs","f64"],["cpuMs","f64"],["peakMemoryBytes","f64"],["reads","u32"],["writes","u32"],["compiledFunctions","u32"],["compiledBytes","u32"],["compileMs","f64"]]},
  StateAnswer: {"enum":[["Done","unit"],["Value",{"newtype":{"option":"str"}}],["Deleted",{"newtype":"bool"}],["Keys",{"newtype":{"seq":"str"}}],["Entries",{"struct":[["entries",{"seq":{"ref":"StateEntry"}}],["next",{"option":"str"}]]}],["Update",{"newtype":{"option":"str"}}],["Count",{"newtype":"u32"}],["Records",{"newtype":{"seq":{"ref":"Record"}}}]]},
  StateEntry: {"struct":[["key","str"],["record",{"ref":"Record"}]]},
  StateOp: {"enum":[["Get",{"struct":[["key","str"]]}],["Set",{"struct":[["key","str"],["value","str"],["ttl",{"option":"f64"}]]}],["Delete",{"struct":[["key","str"]]}],["List",{"struct":[["prefix","str"]]}],["Entries",{"struct":[["prefix","str"],["after",{"option":"str"}],["limit",{"option":"u32"}],["order",{"ref":"EntryOrder"}]]}],["Update",{"struct":[["key","str"]]}],["Preload",{"struct":[["keys",{"seq":"str"}]]}]]},
  StoreOp: {"enum":[["Flush","unit"],["CleanupExpired","unit"],["Clear","unit"],["Records","unit"],["Import",{"struct":[["records",{"seq":{"ref":"Record"}}]]}],["Preload","unit"],["ClearCache","unit"],["Export","unit"],["ExportNext",{"struct":[["export","u32"]]}],["ExportEnd",{"struct":[["export","u32"]]}]]},
  ToWorker: {"enum":[["Connected",{"newtype":"u32"}],["ProcessInput",{"tuple":["u32",{"ref":"Request"}]}],["Disconnected",{"newtype":"u32"}],["Destroy","unit"]]},
  Value: {"enum":[["Nil","unit"],["Bool",{"newtype":"bool"}],["Int",{"newtype":"i64"}],["Float",{"newtype":"f64"}],["Str",{"newtype":"str"}],["Bytes",{"newtype":"bytes"}],["Array",{"newtype":{"seq":{"ref":"Value"}}}],["Object",{"newtype":{"seq":{"tuple":["str",{"ref":"Value"}]}}}]]},
}
