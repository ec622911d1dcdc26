package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

//go:embed mutantruntime/switches.go
var switchesSource string

//go:embed mutantruntime/server.go
var serverSource string

// build compiles the tests of packages once, with every mutant in them, into
// dir/bin. The work tree stays as it is: the rewritten files are in dir/overlay.
// Forget names the variables of tests that are emptied before each run.
func (p *program) build(ctx context.Context, dir string, pkgs, forget []string, f *found) error {
	overlay, err := p.writeOverlay(dir, pkgs, forget, f)
	if err != nil {
		return err
	}
	bin := filepath.Join(dir, "bin")
	if err := os.MkdirAll(bin, 0o750); err != nil {
		return err
	}
	args := []string{"test", "-c", "-vet=off", "-buildvcs=false", "-ldflags=-s -w"}
	args = append(args, "-overlay", overlay, "-o", bin+string(filepath.Separator))
	cmd := exec.CommandContext(ctx, "go", append(args, pkgs...)...)
	cmd.Dir = p.root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build the tests with the mutants: %w\n%s", err, out)
	}
	return nil
}

// writeOverlay writes the files that have mutants, and the switches, and returns
// the list that go build reads.
func (p *program) writeOverlay(dir string, pkgs, forget []string, f *found) (string, error) {
	overlay := map[string]string{}
	add := func(path, text string) error {
		to := filepath.Join(dir, "overlay", relative(p.root, path))
		overlay[path] = to
		return writeFile(to, text)
	}
	files := maps.Clone(f.files)
	switches := filepath.Join(p.root, filepath.FromSlash(switchesDir))
	count := "const count = " + strconv.Itoa(len(f.mutants))
	files[filepath.Join(switches, "switches.go")] = strings.Replace(switchesSource, "const count = 0", count, 1)
	files[filepath.Join(switches, "server.go")] = serverSource
	for _, pkg := range pkgs {
		maps.Copy(files, p.serverFiles(pkg, forget))
	}
	for path, text := range files {
		if err := add(path, text); err != nil {
			return "", err
		}
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
