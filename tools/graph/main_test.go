package main

import (
	"strings"
	"testing"
)

// A DOT file becomes a picture.
func TestDrawDOT(t *testing.T) {
	svg, err := drawDOT(t.Context(), []byte("digraph { a -> b }"))
	if err != nil || !strings.Contains(string(svg), "<svg ") {
		t.Errorf("cannot draw the picture: %v", err)
	}
}
