package simulator

// Answer gives one object what provider-aws would: references resolved, the
// name that AWS knows it by, and a status. Everything that it refers to must be
// in byName, by Kind/name. It changes o.
func Answer(o map[string]any, byName map[string]map[string]any, region string) {
	answer(o, byName, region)
}

// Connection are the connection details that provider-aws writes for a resource
// that has been answered, or nothing.
func Connection(o map[string]any) map[string][]byte { return connection(o) }
