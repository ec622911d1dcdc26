package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// machines are what ELF calls the architectures.
var machines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

// checkFunction looks at the package of one architecture, and starts it if it is
// this machine's.
func checkFunction(ctx context.Context, img v1.Image, sboms []string) error {
	config, err := img.ConfigFile()
	if err != nil {
		return err
	}
	files, err := filesOf(img)
	if err != nil {
		return err
	}
	documents, err := documentsOf(files)
	if err != nil {
		return err
	}
	err = errors.Join(checkMetadata(documents[0], "Function"), checkRuntime(config, files),
		checkContent(sboms, config.Architecture, files))
	if err != nil {
		return fmt.Errorf("%s: %w", config.Architecture, err)
	}
	if config.Architecture != runtime.GOARCH {
		return nil
	}
	if err := startFrom(ctx, config, files); err != nil {
		return fmt.Errorf("%s: %w", config.Architecture, err)
	}
	return nil
}

// checkMetadata checks the metadata that every package must have.
func checkMetadata(meta map[string]any, kind string) error {
	var errs []error
	if got := text(meta, "kind"); got != kind {
		errs = append(errs, fmt.Errorf("its metadata is of the kind %q, want %q", got, kind))
	}
	for _, a := range []string{"maintainer", "source", "license", "description", "readme"} {
		if text(meta, "metadata", "annotations", "meta.crossplane.io/"+a) == "" {
			errs = append(errs, fmt.Errorf("it lacks the annotation meta.crossplane.io/%s", a))
		}
	}
	if text(meta, "spec", "crossplane", "version") == "" {
		errs = append(errs, errors.New("it does not say which Crossplane it is for; set spec.crossplane.version"))
	}
	return errors.Join(errs...)
}

// checkRuntime checks that nothing runs as root, and that the binary needs no other
// file.
func checkRuntime(config *v1.ConfigFile, files map[string]file) error {
	var errs []error
	if user, _, _ := strings.Cut(config.Config.User, ":"); user == "" || user == "0" || user == "root" {
		errs = append(errs, fmt.Errorf("it runs as %q, which is root", config.Config.User))
	}
	for name, f := range files {
		if setsID(f) {
			errs = append(errs, fmt.Errorf("%s takes its owner's identity", name))
		}
	}
	if !slices.Equal(config.Config.Entrypoint, []string{"/function"}) {
		return errors.Join(append(errs, fmt.Errorf("it starts %q, want /function", config.Config.Entrypoint))...)
	}
	binary, err := elf.NewFile(bytes.NewReader(files["function"].content))
	if err != nil {
		return errors.Join(append(errs, fmt.Errorf("cannot read /function: %w", err))...)
	}
	if want := machines[config.Architecture]; binary.Machine != want {
		errs = append(errs, fmt.Errorf("/function is for %s, want %s", binary.Machine, want))
	}
	for _, p := range binary.Progs {
		if p.Type == elf.PT_INTERP {
			errs = append(errs, errors.New("/function is not static: it wants a loader, and the image has none"))
		}
	}
	return errors.Join(errs...)
}

// checkContent compares the function that is in the image with its architecture's bill of
// materials.
func checkContent(sboms []string, arch string, files map[string]file) error {
	at := slices.IndexFunc(sboms, func(path string) bool { return filepath.Base(path) == "sbom-"+arch+".spdx.json" })
	if at < 0 {
		return fmt.Errorf("there is no bill of materials for it in %v", sboms)
	}
	binary := files["function"].content
	info, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		return fmt.Errorf("cannot read what is in /function: %w", err)
	}
	return checkSBOM(sboms[at], binary, info)
}

// startFrom lays the image's files out and starts the function in them, as its
// user and with nothing else in sight where this process may do that.
func startFrom(ctx context.Context, config *v1.ConfigFile, files map[string]file) error {
	root, err := os.MkdirTemp("", "kasha-image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(root) // The files are no longer needed.
	// The user that the image runs as must be able to enter.
	if err := os.Chmod(root, 0o755); err != nil {
		return err
	}
	for name, f := range files {
		path := filepath.Join(root, filepath.Clean("/"+name))
		if f.header.FileInfo().IsDir() {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.content, f.header.FileInfo().Mode().Perm()); err != nil {
			return err
		}
	}
	return start(ctx, root, config)
}
