package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/internal/manifest"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// A result is something that the function, or the engine itself, has to say.
type result struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Severity   string `json:"severity"`
	Reason     string `json:"reason"`
	Message    string `json:"message"`
}

// Split tells results from resources in what the CLI prints.
func split(stream []byte) (*output, error) {
	o := &output{}
	for _, d := range manifest.Documents(stream) {
		var r result
		if err := yaml.Unmarshal(d, &r); err != nil {
			return nil, fmt.Errorf("cannot read what crossplane rendered: %w", err)
		}
		if strings.HasPrefix(r.APIVersion, "render.crossplane.io/") && r.Kind == "Result" {
			o.results = append(o.results, r)
			continue
		}
		o.documents = append(o.documents, d)
	}
	return o, nil
}

// There is one step, so its name is left out.
const step = `Pipeline step "kasha": `

// Report prints results for a human. The engine reports every resource that is not
// ready. On a first pass these are all resources, so they are only counted.
func report(w io.Writer, rs []result) {
	unready := 0
	for _, r := range rs {
		switch {
		case r.Reason == "SelectComposition":
		case strings.Contains(r.Message, "is not yet ready"):
			unready++
		default:
			fmt.Fprintf(w, "%s: %s\n", r.Severity, strings.TrimPrefix(r.Message, step))
		}
	}
	if unready > 0 {
		fmt.Fprintf(w, "Normal: %d resources are not yet ready\n", unready)
	}
}

// Explain makes an error of what the CLI printed when it failed. A fatal result has the
// function's own words, within prefixes of Crossplane, which are removed.
func explain(stderr string, err error) error {
	const fatal = "returned a fatal result: "
	if _, msg, ok := strings.Cut(stderr, fatal); ok {
		return simulator.Refusal(outdent(msg))
	}
	msg := strings.TrimSpace(stderr)
	msg = strings.TrimPrefix(msg, "crossplane: error: ")
	if msg == "" {
		msg = err.Error()
	}
	return errors.New(msg)
}

// Outdent removes the indentation from a message of several lines: the core and the CLI
// each indent it below their own prefix.
func outdent(msg string) string {
	indent := strings.Repeat(" ", 2*len("crossplane: error: "))
	return strings.TrimSpace(strings.ReplaceAll(msg, "\n"+indent, "\n"))
}
