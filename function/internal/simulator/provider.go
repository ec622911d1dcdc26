package simulator

// Answer changes one object like provider-aws does: it resolves references and sets the
// external name and the status. All objects that it refers to must be in byName, by
// Kind/name.
func Answer(o map[string]any, byName map[string]map[string]any, region string) {
	answer(o, byName, region)
}

// Connection returns the connection details that provider-aws writes for a resource, or nil
// if it has none. Call Answer first.
func Connection(o map[string]any) map[string][]byte { return connection(o) }
