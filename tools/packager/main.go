// Packager makes the function's container image without a container engine, and checks
// the packages that are built from it.
//
//	packager image --binary file --arch amd64 --out runtime.tar
//	packager sbom --out sbom.spdx.json binary...
//	packager digest [--arch amd64] reference
//	packager pin --crossplane binary --function a.xpkg,b.xpkg
//	packager check --crossplane binary --function a.xpkg,b.xpkg --sbom a.json,b.json \
//		--configuration c.xpkg --crds dir rendered.yaml...
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("cannot do anything: say image, sbom, digest, pin or check")
	}
	f := flag.NewFlagSet("packager "+args[0], flag.ExitOnError)
	switch args[0] {
	case "image":
		binary := f.String("binary", "", "the function's static `binary`")
		arch := f.String("arch", "", "its `architecture`: amd64 or arm64")
		out := f.String("out", "", "the `file` to write the image to")
		f.Parse(args[1:]) // It exits on errors.
		return image(*binary, *arch, *out)
	case "sbom":
		out := f.String("out", "", "the `file` to write the bill of materials to")
		f.Parse(args[1:]) // As above.
		return describe(f.Args(), *out)
	case "digest":
		arch := f.String("arch", "", "the `architecture` to look for, instead of all together")
		f.Parse(args[1:]) // As above.
		return digest(f.Arg(0), *arch)
	case "pin":
		var c checker
		functions := f.String("function", "", "the function's `packages`, one an architecture")
		f.StringVar(&c.crossplane, "crossplane", "", "the crossplane CLI's `binary`")
		f.Parse(args[1:]) // As above.
		c.functions = strings.Split(*functions, ",")
		return c.pin(ctx)
	case "check":
		var c checker
		functions := f.String("function", "", "the function's `packages`, one an architecture")
		sboms := f.String("sbom", "", "the function's bills of `materials`, one an architecture")
		f.StringVar(&c.configuration, "configuration", "", "the configuration's `package`")
		f.StringVar(&c.crossplane, "crossplane", "", "the crossplane CLI's `binary`")
		f.StringVar(&c.crds, "crds", "", "the `directory` of the provider's CRDs")
		f.Parse(args[1:]) // As above.
		c.functions, c.rendered = strings.Split(*functions, ","), f.Args()
		c.sboms = strings.Split(*sboms, ",")
		return c.check(ctx)
	}
	return fmt.Errorf("cannot do %q: say image, sbom, digest, pin or check", args[0])
}

// digest prints what a tag stands for at the moment: all architectures together, or one.
func digest(reference, arch string) error {
	r, err := name.ParseReference(reference)
	if err != nil {
		return fmt.Errorf("cannot look up %q: %w", reference, err)
	}
	d, err := remote.Head(r, remote.WithAuthFromKeychain(authn.DefaultKeychain))
	if err != nil {
		return fmt.Errorf("cannot look up %s: %w", r, err)
	}
	if arch == "" {
		fmt.Println(d.Digest)
		return nil
	}
	index, err := remote.Index(r, remote.WithAuthFromKeychain(authn.DefaultKeychain))
	if err != nil {
		return fmt.Errorf("cannot look up %s: %w", r, err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return fmt.Errorf("cannot look up %s: %w", r, err)
	}
	for _, m := range manifest.Manifests {
		if m.Platform != nil && m.Platform.Architecture == arch {
			fmt.Println(m.Digest)
			return nil
		}
	}
	return fmt.Errorf("cannot look up %s: it has no %s", r, arch)
}
