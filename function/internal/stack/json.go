package stack

import (
	"bytes"
	"encoding/json"
)

// JSON writes a document that AWS is given as text. It is always the same for
// the same value, and leaves <, > and & as they are. The value must be one that
// always encodes: structs and maps of strings, numbers and booleans.
func JSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	// A buffer takes everything.
	_ = e.Encode(v)
	return string(bytes.TrimRight(b.Bytes(), "\n"))
}
