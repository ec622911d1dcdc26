package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// services are those of the composed kinds, each once.
func services() []string {
	var out []string
	for _, r := range kinds.Records {
		out = append(out, r.Service())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// readPlurals finds the plurals of the composed kinds, by the kinds' short names. A
// CRD's file is named for its group and its plural; its first lines name the kind.
func readPlurals(dir string) (map[string]string, error) {
	out := map[string]string{}
	for _, service := range services() {
		group := service + ".aws.m.upbound.io"
		files, err := filepath.Glob(filepath.Join(dir, group+"_*.yaml"))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			name, err := kindOf(f)
			if err != nil {
				return nil, fmt.Errorf("cannot read a CRD: %w", err)
			}
			out[service+"/"+name] = strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), group+"_"), ".yaml")
		}
	}
	for _, r := range kinds.Records {
		if out[r.String()] == "" {
			return nil, fmt.Errorf("cannot find the CRD of %s in %q: compose kinds that the pinned provider has", &r,
				dir)
		}
	}
	return out, nil
}

func kindOf(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close() // Only read.
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "    kind: "); ok {
			return name, nil
		}
	}
	return "", fmt.Errorf("%s names no kind", file)
}
