// Package badclaims reads claims that must be rejected, for tests.
package badclaims

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/kasha-platform/kasha/function/internal/manifest"
	"github.com/kasha-platform/kasha/function/internal/schema"
)

// A Case is one claim that must be rejected. Its file has, in txtar format:
//
//   - a comment that says why the claim is wrong,
//   - claim.yaml, which is merged over a good claim,
//   - old.yaml, if the claim is wrong only as an update: the claim before the update,
//     merged the same way,
//   - guardrail.yaml, if the claim is wrong only within it,
//   - want.apiserver, the messages of the API server, one on each line; without it, the
//     API server must accept the claim,
//   - want.function, the messages of the function; without it, the function does not check
//     the claim.
type Case struct {
	// Name is a sentence, from the name of the file.
	Name string
	// Why is the reason why the claim is wrong.
	Why string
	// Claim is the claim as its author writes it, without defaults.
	Claim map[string]any
	// Old is the claim before the update, or nil if Claim is new.
	Old map[string]any
	// Guardrails are those of the cluster.
	Guardrails []map[string]any
	// APIServer are the messages of the API server.
	APIServer []string
	// Function are the messages of the function.
	Function []string
}

// good is the valid claim that the cases change.
const good = `
apiVersion: platform.kasha.io/v1alpha1
kind: KashaClaim
metadata:
  name: shop
  namespace: team-shop
spec:
  frontend:
    image: registry.example.org/shop/frontend:1.0.0
  backend:
    image: registry.example.org/shop/backend:1.0.0
`

// Load reads every case in a directory.
func Load(dir string) ([]Case, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, err
	}

	cases := make([]Case, 0, len(files))
	for _, file := range files {
		c, err := load(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

func load(file string) (Case, error) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		return Case{}, err
	}

	c := Case{
		Name: strings.ReplaceAll(strings.TrimSuffix(filepath.Base(file), ".txtar"), "-", " "),
		Why:  strings.TrimSpace(string(archive.Comment)),
	}
	for _, f := range archive.Files {
		switch f.Name {
		case "claim.yaml":
			c.Claim, err = Spoil(f.Data)
		case "old.yaml":
			c.Old, err = Spoil(f.Data)
		case "guardrail.yaml":
			var g map[string]any
			g, err = schema.Decode(f.Data)
			c.Guardrails = append(c.Guardrails, g)
		case "want.apiserver":
			c.APIServer = lines(f.Data)
		case "want.function":
			c.Function = lines(f.Data)
		default:
			err = fmt.Errorf("cannot use section %q: there is no such section", f.Name)
		}
		if err != nil {
			return Case{}, err
		}
	}
	return c, nil
}

// Update writes a case's messages into the sections that its file has.
func Update(dir string, c Case) error {
	file := filepath.Join(dir, strings.ReplaceAll(c.Name, " ", "-")+".txtar")
	archive, err := txtar.ParseFile(file)
	if err != nil {
		return err
	}
	for i, f := range archive.Files {
		switch f.Name {
		case "want.apiserver":
			archive.Files[i].Data = []byte(strings.Join(c.APIServer, "\n"))
		case "want.function":
			archive.Files[i].Data = []byte(strings.Join(c.Function, "\n"))
		}
	}
	return os.WriteFile(file, txtar.Format(archive), 0o644)
}

func lines(data []byte) []string {
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

// Spoil merges a part of a claim, in YAML, over a valid one.
func Spoil(part []byte) (map[string]any, error) {
	claim, err := schema.Decode([]byte(good))
	if err != nil {
		return nil, err
	}
	patch, err := schema.Decode(part)
	if err != nil {
		return nil, err
	}
	return manifest.Merge(claim, patch), nil
}
