package stack

import (
	"bytes"
	"encoding/json"
)

// JSON encodes a document that AWS takes as text. The same value always gives the same
// text. It does not escape <, > and &. The value must be one that always encodes: structs
// and maps of strings, numbers and booleans.
func JSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	// Writing to a buffer never fails.
	_ = e.Encode(v)
	return string(bytes.TrimRight(b.Bytes(), "\n"))
}
