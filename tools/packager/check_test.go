package main

import (
	"archive/tar"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// TestCheckRuntime refuses what would run as root, or would not run at all.
func TestCheckRuntime(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	function := file{tar.Header{Name: "function", Mode: 0o555}, binary}
	cases := map[string]struct {
		reason string
		config v1.ConfigFile
		more   map[string]file
		want   string
	}{
		"Root": {
			"An image that names no user runs as root.",
			v1.ConfigFile{Architecture: runtime.GOARCH, Config: v1.Config{Entrypoint: []string{"/function"}}}, nil,
			"which is root",
		},
		"SetUID": {
			"A file with the setuid bit can run as root too.",
			v1.ConfigFile{
				Architecture: runtime.GOARCH, Config: v1.Config{User: nobody, Entrypoint: []string{"/function"}},
			}, map[string]file{"su": {tar.Header{Name: "su", Mode: 0o4755}, nil}}, "takes its owner's identity",
		},
		"Architecture": {
			"A binary of another architecture does not start.",
			v1.ConfigFile{Architecture: "other", Config: v1.Config{User: nobody, Entrypoint: []string{"/function"}}},
			nil, "/function is for",
		},
		"Entrypoint": {
			"Crossplane starts what the image says.",
			v1.ConfigFile{Architecture: runtime.GOARCH, Config: v1.Config{User: nobody}}, nil, "want /function",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			files := map[string]file{"function": function}
			for n, f := range tc.more {
				files[n] = f
			}
			if err := checkRuntime(&tc.config, files); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s\nwant an error with %q, got %v", tc.reason, tc.want, err)
			}
		})
	}
}

// TestCheckConfiguration refuses a package whose parts do not fit together.
func TestCheckConfiguration(t *testing.T) {
	dependency := func(kind, image, version string) map[string]any {
		return map[string]any{"apiVersion": "pkg.crossplane.io/v1", "kind": kind, "package": image, "version": version}
	}
	meta := func(dependencies ...any) map[string]any {
		return map[string]any{"spec": map[string]any{"dependsOn": dependencies}}
	}
	composition := func(function string) map[string]any {
		return map[string]any{
			"spec": map[string]any{"pipeline": []any{map[string]any{"functionRef": map[string]any{"name": function}}}},
		}
	}
	crds := t.TempDir()
	if err := os.WriteFile(filepath.Join(crds, "ec2.aws.m.upbound.io_vpcs.yaml"),
		[]byte("spec:\n  names:\n    kind: VPC\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &checker{crds: crds}
	kinds := map[gk]bool{{"ec2.aws.m.upbound.io", "VPC"}: true}
	const beside = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	ours := meta(dependency("Function", "ghcr.io/kasha-platform/function-kasha", beside))
	ranged := meta(dependency("Function", "ghcr.io/kasha-platform/function-kasha", ">=v0.1.0 <v1.0.0"))
	older := meta(
		dependency("Function", "ghcr.io/kasha-platform/function-kasha", strings.Replace(beside, "0", "1", 1)))

	cases := map[string]struct {
		reason string
		err    error
		want   string
	}{
		"FunctionByItsOwnName": {
			"Crossplane names an installed function after its repository.",
			checkFunctionRef(ours, composition("function-kasha")), "kasha-platform-function-kasha",
		},
		"FunctionFound": {
			"That is the name to use.", checkFunctionRef(ours, composition("kasha-platform-function-kasha")), "",
		},
		"OpenRange": {
			"A next major version breaks something.",
			checkDependencies(meta(dependency("Provider", "xpkg.upbound.io/upbound/provider-aws-ec2", ">=v2.5.0")),
				beside), "never end",
		},
		"Pinned": {
			"The function is the one that was tested with the configuration.", checkDependencies(ours, beside), "",
		},
		"AnyFunction": {
			"A tag can be moved to another function.", checkDependencies(ranged, beside),
			"want the one that is beside it",
		},
		"OtherFunction": {
			"A digest of an earlier build is another function.", checkDependencies(older, beside),
			"want the one that is beside it",
		},
		"OldForm": {
			"The form with provider: is deprecated.",
			checkDependencies(meta(map[string]any{
				"provider": "xpkg.upbound.io/upbound/provider-aws-ec2", "version": ">=v2.5.0 <v3.0.0",
			}), beside), "has no apiVersion",
		},
		"NotActivated": {
			"One kind that is not active keeps everything from being applied.",
			c.checkActivation(kinds, map[string]any{"spec": map[string]any{"activate": []any{}}}), "not activated",
		},
		"Activated": {
			"By plural and group.",
			c.checkActivation(kinds,
				map[string]any{"spec": map[string]any{"activate": []any{"vpcs.ec2.aws.m.upbound.io"}}}), "",
		},
		"NoProvider": {"Nobody would serve the kind.", checkProviders(kinds, ours), "is no dependency"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			switch {
			case tc.want == "" && tc.err != nil:
				t.Errorf("%s\nunexpected error: %v", tc.reason, tc.err)
			case tc.want != "" && (tc.err == nil || !strings.Contains(tc.err.Error(), tc.want)):
				t.Errorf("%s\nwant an error with %q, got %v", tc.reason, tc.want, tc.err)
			}
		})
	}
}
