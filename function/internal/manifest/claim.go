// Package manifest reads the input of the commands: files with a claim, and the output of
// render, which has a claim and its composed resources.
package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/google/uuid"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/schema"
)

// A Claim is a KashaClaim as its author wrote it, with a namespace.
type Claim struct {
	// Path of its file.
	Path string
	// Object is the claim. It has a name and a namespace, and no defaults.
	Object map[string]any
	// DefaultedNamespace tells whether the author did not set a namespace.
	DefaultedNamespace bool
}

// ReadClaim reads a file that holds one KashaClaim and nothing else.
func ReadClaim(path string) (*Claim, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot read the claim: there is no file %s; name one with CLAIM=file", path)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the claim: %w; name a readable file with CLAIM=file", err)
	}
	c, err := ParseClaim(b)
	if err != nil {
		return nil, fmt.Errorf("cannot read the claim %s: %w", path, err)
	}
	c.Path = path
	return c, nil
}

// notYAML says what is wrong with the text of a manifest.
func notYAML(doc []byte, err error) error {
	if bytes.Contains(doc, []byte("\n\t")) {
		return fmt.Errorf("it is not valid YAML (%w); YAML is indented with spaces: replace the tabs", err)
	}
	return fmt.Errorf("it is not valid YAML (%w); correct it", err)
}

// ParseClaim reads a YAML stream that holds one KashaClaim and nothing else.
func ParseClaim(b []byte) (*Claim, error) {
	docs := Documents(b)
	if len(docs) != 1 {
		return nil, fmt.Errorf("it holds %d YAML documents; give it exactly one %s", len(docs), v1alpha1.Kind)
	}
	// Only the strict decoder detects a field that occurs twice. Only the API server's decoder
	// keeps integers.
	if err := yaml.UnmarshalStrict(docs[0], &map[string]any{}); err != nil {
		return nil, notYAML(docs[0], err)
	}
	object, err := schema.Decode(docs[0])
	if err != nil {
		return nil, notYAML(docs[0], err)
	}
	if o := Object(object); !o.isClaim() {
		if o.Text("kind") == "" || o.Text("apiVersion") == "" {
			return nil, fmt.Errorf("it lacks a kind or an apiVersion; write kind: %s and apiVersion: %s",
				v1alpha1.Kind, v1alpha1.APIVersion)
		}
		return nil, fmt.Errorf("it is a %q of %q; give it a %s of %s",
			o.Text("kind"), o.Text("apiVersion"), v1alpha1.Kind, v1alpha1.APIVersion)
	}
	c := &Claim{Object: object}
	if c.Name() == "" {
		return nil, errors.New("it has no name; set metadata.name")
	}
	if c.Namespace() == "" {
		c.Meta()["namespace"] = "default"
		c.DefaultedNamespace = true
	}
	return c, nil
}

// Meta is the claim's metadata.
func (c *Claim) Meta() map[string]any {
	m, _ := c.Object["metadata"].(map[string]any)
	return m
}

// Name of the claim.
func (c *Claim) Name() string { return Object(c.Object).Text("metadata", "name") }

// Namespace of the claim.
func (c *Claim) Namespace() string { return Object(c.Object).Text("metadata", "namespace") }

// UID returns the claim's UID, or the one that Crossplane's engine gives to a claim without
// one. Simulated and rendered claims must have the same UID, because names are derived from
// it.
func (c *Claim) UID() string {
	if uid := Object(c.Object).Text("metadata", "uid"); uid != "" {
		return uid
	}
	gvk := v1alpha1.APIVersion + ", Kind=" + v1alpha1.Kind
	return uuid.NewSHA1(uuid.Nil, []byte(gvk+"\x00"+c.Namespace()+"\x00"+c.Name())).String()
}

// Accepted returns one error with all reasons for which the API server would reject the
// claim. The engine does not check the claim: it ignores a misspelt field.
func (c *Claim) Accepted() error { return schema.Admit(runtime.DeepCopyJSON(c.Object), nil) }

// Merge merges one object over another like a JSON merge patch: objects are merged, null
// removes a field, and any other value replaces it. It changes base.
func Merge(base, over map[string]any) map[string]any {
	for k, v := range over {
		inner, isObject := v.(map[string]any)
		old, wasObject := base[k].(map[string]any)
		switch {
		case v == nil:
			delete(base, k)
		case isObject && wasObject:
			base[k] = Merge(old, inner)
		default:
			base[k] = v
		}
	}
	return base
}

// Documents splits a YAML stream into its documents, without empty ones.
func Documents(b []byte) [][]byte {
	var docs [][]byte
	var doc bytes.Buffer
	flush := func() {
		if !blank(doc.Bytes()) {
			docs = append(docs, bytes.Clone(doc.Bytes()))
		}
		doc.Reset()
	}
	for line := range bytes.Lines(b) {
		// A separator is always at the start of a line. Block scalars are indented, so they
		// contain none.
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

// blank tells whether a text has only space and comments.
func blank(b []byte) bool {
	for line := range bytes.Lines(b) {
		if l := bytes.TrimSpace(line); len(l) > 0 && l[0] != '#' {
			return false
		}
	}
	return true
}
