// Doccheck tests the documentation: every link has a target, every block of sh runs,
// and every manifest can be extracted and validated.
//
// A block of code that begins with ```sh runs offline, from the root of the
// repository; what needs a cluster is in ```console.
//
// Usage: doccheck [-run] [-manifests directory] file.md...
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	run := flag.Bool("run", false, "run the blocks of sh")
	manifests := flag.String("manifests", "", "write the manifests into this `directory`")
	flag.Parse()
	var errs []error
	for _, path := range flag.Args() {
		p, err := read(path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, p.checkLinks()...)
		if *manifests != "" {
			errs = append(errs, p.writeManifests(*manifests))
		}
		if *run {
			errs = append(errs, p.runCommands()...)
		}
	}
	if err := errors.Join(errs...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// runCommands runs each block in a shell of its own.
func (p *page) runCommands() []error {
	var errs []error
	for _, b := range p.blocks {
		if b.language != "sh" {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s:%d: %s\n", p.path, b.line, strings.SplitN(strings.TrimSpace(b.text), "\n", 2)[0])
		cmd := exec.Command("bash", "-euo", "pipefail", "-c", b.text)
		if out, err := cmd.CombinedOutput(); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: cannot run what is written: %w\n%s", p.path, b.line, err, out))
		}
	}
	return errs
}

// writeManifests writes each block that is a Kubernetes object.
func (p *page) writeManifests(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	name := strings.ReplaceAll(strings.TrimSuffix(p.path, ".md"), string(filepath.Separator), "-")
	for _, b := range p.blocks {
		if b.language != "yaml" || !strings.Contains(b.text, "apiVersion: ") || strings.HasPrefix(b.text, " ") {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.yaml", name, b.line)), []byte(b.text),
			0o644); err != nil {
			return err
		}
	}
	return nil
}
