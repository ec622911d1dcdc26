package main

import (
	"bufio"
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// A kind of AWS resource: {ec2.aws.m.upbound.io, VPC}.
type kind struct{ group, name string }

// service is the first part of the group, which is also the last part of the
// name of the provider's package: ec2 of ec2.aws.m.upbound.io.
func (k kind) service() string {
	s, _, _ := strings.Cut(k.group, ".")
	return s
}

func (k kind) String() string { return k.service() + "/" + k.name }

// composed are the kinds that a claim may be composed of, in order.
func composed() []kind {
	var out []kind
	for gvk := range maps.Keys(kinds.AWS) {
		out = append(out, kind{gvk.Group, gvk.Kind})
	}
	slices.SortFunc(out, func(a, b kind) int {
		return cmp.Or(strings.Compare(a.group, b.group), strings.Compare(a.name, b.name))
	})
	return out
}

// services are the composed kinds' services, each once.
func services() []string {
	var out []string
	for _, k := range composed() {
		out = append(out, k.service())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// readPlurals finds the plurals of the composed kinds. A CRD's file is named for
// its group and its plural; only its first lines are needed to tell the kind.
func readPlurals(dir string) (map[kind]string, error) {
	out := map[kind]string{}
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
			out[kind{group, name}] = strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), group+"_"), ".yaml")
		}
	}
	for _, k := range composed() {
		if out[k] == "" {
			return nil, fmt.Errorf("cannot find the CRD of %s in %q: compose kinds that the pinned provider has", k, dir)
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
