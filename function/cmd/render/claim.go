package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/google/uuid"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/internal/schema"
)

const (
	apiVersion = "platform.kasha.io/v1alpha1"
	kind       = "KashaClaim"
)

// A claim is a KashaClaim as its author wrote it.
type claim struct {
	path   string
	object map[string]any
	// defaultedNamespace says that the author left the namespace to kubectl.
	defaultedNamespace bool
}

func (c *claim) meta() map[string]any { return c.object["metadata"].(map[string]any) }
func (c *claim) name() string         { return str(c.meta(), "name") }
func (c *claim) namespace() string    { return str(c.meta(), "namespace") }

// UID is the one that the engine gives to a claim that has none. What is
// simulated and what is rendered must agree on it: names are derived from it.
func (c *claim) uid() string {
	gvk := apiVersion + ", Kind=" + kind
	return uuid.NewSHA1(uuid.Nil, []byte(gvk+"\x00"+c.namespace()+"\x00"+c.name())).String()
}

// ReadClaim reads a file that holds one KashaClaim and nothing else.
func readClaim(path string) (*claim, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot read the claim: there is no file %s; name one with CLAIM=file", path)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the claim: %w; name a readable file with CLAIM=file", err)
	}
	c, err := parseClaim(b)
	if err != nil {
		return nil, fmt.Errorf("cannot read the claim %s: %w", path, err)
	}
	c.path = path
	return c, nil
}

func parseClaim(b []byte) (*claim, error) {
	docs := documents(b)
	if len(docs) != 1 {
		return nil, fmt.Errorf("it holds %d YAML documents; give it exactly one KashaClaim", len(docs))
	}
	// Only the strict decoder sees a field that is given twice; only the API
	// server's keeps integers apart from other numbers.
	if err := yaml.UnmarshalStrict(docs[0], &map[string]any{}); err != nil {
		return nil, fmt.Errorf("it is not valid YAML (%w); correct it", err)
	}
	object, err := schema.Decode(docs[0])
	if err != nil {
		return nil, fmt.Errorf("it is not valid YAML (%w); correct it", err)
	}
	c := &claim{object: object}
	if v, k := str(c.object, "apiVersion"), str(c.object, "kind"); v != apiVersion || k != kind {
		return nil, fmt.Errorf("it is a %q of %q; give it a %s of %s", k, v, kind, apiVersion)
	}
	if m, ok := c.object["metadata"].(map[string]any); !ok || str(m, "name") == "" {
		return nil, errors.New("it has no name; set metadata.name")
	}
	if c.namespace() == "" {
		c.meta()["namespace"] = "default"
		c.defaultedNamespace = true
	}
	return c, nil
}

// Accept returns an error with everything for which the API server would refuse
// the claim. The engine does not look: it would render a misspelt field as if
// it were not there.
func (c *claim) accept() error {
	o := runtime.DeepCopyJSON(c.object)
	if err := schema.Default(o); err != nil {
		return fmt.Errorf("cannot render %s: %w", c.path, err)
	}
	errs := schema.Validate(o, nil)
	if len(errs) == 0 {
		return nil
	}
	lines := make([]string, len(errs))
	for i, err := range errs {
		lines[i] = "\n  " + err.Error()
	}
	return fmt.Errorf("cannot render %s: the API server would refuse it; correct these fields:%s", c.path, strings.Join(lines, ""))
}

// Documents splits a YAML stream, leaving out documents that say nothing.
func documents(b []byte) [][]byte {
	var docs [][]byte
	var doc bytes.Buffer
	flush := func() {
		if !blank(doc.Bytes()) {
			docs = append(docs, bytes.Clone(doc.Bytes()))
		}
		doc.Reset()
	}
	for line := range bytes.Lines(b) {
		// A separator is only ever at the start of a line: block scalars are
		// indented.
		if rest, ok := bytes.CutPrefix(line, []byte("---")); ok && (blank(rest) || rest[0] == ' ') {
			flush()
			doc.Write(rest)
			continue
		}
		doc.Write(line)
	}
	flush()
	return docs
}

// Blank says whether there is nothing but space and comments.
func blank(b []byte) bool {
	for line := range bytes.Lines(b) {
		if l := bytes.TrimSpace(line); len(l) > 0 && l[0] != '#' {
			return false
		}
	}
	return true
}

func str(o map[string]any, key string) string {
	s, _ := o[key].(string)
	return s
}
