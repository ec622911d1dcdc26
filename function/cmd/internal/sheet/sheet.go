// Package sheet prints what a claim costs: as text, as Markdown, and as the page of the documentation.
package sheet

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/kasha-platform/kasha/function/internal/cost"
)

// A Sheet is what render printed, with the name of its file.
type Sheet struct {
	cost.Sheet

	// JSON is how a user asks for the sheet as JSON: FORMAT=json.
	JSON string

	file string
	raw  []byte
}

// Read a file that render has printed.
func Read(file string) (Sheet, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return Sheet{}, fmt.Errorf("cannot read the costs: %w", err)
	}
	s := Sheet{JSON: "FORMAT=json", file: file, raw: b}
	if err := json.Unmarshal(b, &s.Sheet); err != nil {
		return Sheet{}, fmt.Errorf("cannot read the costs in %s: %w; use make cost", file, err)
	}
	return s, nil
}

// Format is the sheet as text, markdown or json.
func (s Sheet) Format(as string) (string, error) {
	switch as {
	case "text":
		return s.Text(), nil
	case "markdown":
		return s.Markdown(), nil
	case "json":
		return string(s.raw), nil
	}
	return "", fmt.Errorf("cannot print the costs as %s: use text, markdown or json", as)
}
