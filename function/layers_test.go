package function

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The layers, from the bottom up: each may import those before it. A tier may import
// all of them, and never another tier. No layer imports a tier. Only the function and
// the simulator import protobuf and the SDK. Two layers see AWS types: kinds, which
// lists them, and bucket, which tiers share.
var (
	layers = []string{
		"awsfacts", "window", "policy", "stack", "keys", "containers", "runner", "credentials", "rollout", "plan",
		"kinds", "bucket",
	}
	typedLayers  = []string{"kinds", "bucket"}
	tierPackages = []string{
		"network", "edge", "ingress", "crypto", "identity", "service", "storage", "database", "queue", "watch",
		"backup", "protect",
	}
	// otherPackages are neither. They may import layers and one another, and never a tier:
	// what composes resources and what judges, checks or describes them agree through the plan.
	otherPackages = []string{
		"badclaims", "cost", "defaults", "grants", "guard", "judge", "manifest", "near", "override", "prices", "rules",
		"schema",
		"simulator", "stackid", "validate",
	}
)

const (
	module    = "github.com/kasha-platform/kasha/"
	internal  = module + "function/internal/"
	awsTypes  = "github.com/upbound/provider-aws/"
	sdk       = "github.com/crossplane/function-sdk-go"
	protobuf  = "google.golang.org/protobuf"
	simulated = "simulator"
)

func TestLayers(t *testing.T) {
	for pkg, imports := range importsOf(t, "internal") {
		isTier, layer := slices.Contains(tierPackages, pkg), slices.Index(layers, pkg)
		for _, path := range imports {
			other, ours := strings.CutPrefix(path, internal)
			switch {
			case !isTier && ours && slices.Contains(tierPackages, other):
				t.Errorf("%s imports the tier %s, which only the function itself sees", pkg, other)
			case isTier && ours && !slices.Contains(layers, other):
				t.Errorf("tier %s imports %s; name what it needs by key instead", pkg, other)
			case layer >= 0 && ours && (!slices.Contains(layers, other) || slices.Index(layers, other) > layer):
				t.Errorf("the layer %s imports %s, which is above it", pkg, other)
			case !isTier && !slices.Contains(typedLayers, pkg) && strings.HasPrefix(path, awsTypes):
				t.Errorf("%s imports AWS types, which only tiers see", pkg)
			case pkg != simulated && (strings.HasPrefix(path, sdk) || strings.HasPrefix(path, protobuf)):
				t.Errorf("%s imports %s, which only the function itself sees", pkg, path)
			}
		}
	}
	for _, path := range importsOf(t, "../apis/v1alpha1")["."] {
		if strings.HasPrefix(path, module) {
			t.Errorf("the API's types import %s; they are the vocabulary and import nothing of ours", path)
		}
	}
}

// TestEveryPackageHasItsPlace: the rules of TestLayers are about the packages in the lists.
func TestEveryPackageHasItsPlace(t *testing.T) {
	dirs, err := os.ReadDir("internal")
	if err != nil {
		t.Fatal(err)
	}
	var there []string
	for _, d := range dirs {
		there = append(there, d.Name())
	}
	listed := slices.Sorted(slices.Values(slices.Concat(layers, tierPackages, otherPackages)))
	if diff := cmp.Diff(listed, there); diff != "" {
		t.Errorf("say whether each package is a layer, a tier or another one (-lists, +directories):\n%s", diff)
	}
}

// importsOf are what the packages below a directory import, tests aside.
func importsOf(t *testing.T, root string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			out[pkg] = append(out[pkg], p)
		}
		return nil
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("cannot read the imports below %s: %v", root, err)
	}
	return out
}
