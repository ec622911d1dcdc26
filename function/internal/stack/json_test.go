package stack

import "testing"

// TestJSON: AWS shows a document as it was written, so what is HTML's must not be escaped, and IAM counts characters.
func TestJSON(t *testing.T) {
	if got, want := JSON(map[string]string{"b": "<&>", "a": "1"}), `{"a":"1","b":"<&>"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
