package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

//go:embed mutantruntime/switches.go
var switchesSource string

// build compiles each package's tests once, with every mutant in them, into
// dir/bin. The work tree stays as it is: the rewritten files are in dir/overlay.
func (p *program) build(ctx context.Context, dir string, patterns []string, f *found) error {
	overlay, err := p.writeOverlay(dir, f)
	if err != nil {
		return err
	}
	bin := filepath.Join(dir, "bin")
	if err := os.MkdirAll(bin, 0o750); err != nil {
		return err
	}
	args := []string{"test", "-c", "-vet=off", "-buildvcs=false", "-ldflags=-s -w"}
	args = append(args, "-overlay", overlay, "-o", bin+string(filepath.Separator))
	cmd := exec.CommandContext(ctx, "go", append(args, patterns...)...)
	cmd.Dir = p.root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build the tests with the mutants: %w\n%s", err, out)
	}
	return nil
}

// writeOverlay writes the files that have mutants, and the switches, and returns
// the list that go build reads.
func (p *program) writeOverlay(dir string, f *found) (string, error) {
	overlay := map[string]string{}
	add := func(path, text string) error {
		to := filepath.Join(dir, "overlay", relative(p.root, path))
		overlay[path] = to
		return writeFile(to, text)
	}
	for path, text := range f.files {
		if err := add(path, text); err != nil {
			return "", err
		}
	}
	source := strings.Replace(switchesSource, "const count = 0", "const count = "+strconv.Itoa(len(f.mutants)), 1)
	if err := add(filepath.Join(p.root, filepath.FromSlash(switchesDir), "switches.go"), source); err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		return "", err
	}
	list := filepath.Join(dir, "overlay.json")
	return list, writeFile(list, string(text))
}

func writeFile(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o600)
}
