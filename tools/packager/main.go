// Packager makes the function's container image without a container engine, and checks
// the packages that are built from it.
//
//	packager image --binary file --arch amd64 --out runtime.tar
//	packager digest reference
//	packager check --crossplane binary --function a.xpkg,b.xpkg --configuration c.xpkg --crds dir rendered.yaml...
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
		return errors.New("cannot do anything: say image, digest or check")
	}
	f := flag.NewFlagSet("packager "+args[0], flag.ExitOnError)
	switch args[0] {
	case "image":
		binary := f.String("binary", "", "the function's static `binary`")
		arch := f.String("arch", "", "its `architecture`: amd64 or arm64")
		out := f.String("out", "", "the `file` to write the image to")
		f.Parse(args[1:]) // It exits on errors.
		return image(*binary, *arch, *out)
	case "digest":
		f.Parse(args[1:]) // As above.
		return digest(f.Arg(0))
	case "check":
		var c checker
		functions := f.String("function", "", "the function's `packages`, one an architecture")
		f.StringVar(&c.configuration, "configuration", "", "the configuration's `package`")
		f.StringVar(&c.crossplane, "crossplane", "", "the crossplane CLI's `binary`")
		f.StringVar(&c.crds, "crds", "", "the `directory` of the provider's CRDs")
		f.Parse(args[1:]) // As above.
		c.functions, c.rendered = strings.Split(*functions, ","), f.Args()
		return c.check(ctx)
	}
	return fmt.Errorf("cannot do %q: say image, digest or check", args[0])
}

// digest prints the current digest of a tag.
func digest(reference string) error {
	r, err := name.ParseReference(reference)
	if err != nil {
		return fmt.Errorf("cannot look up %q: %w", reference, err)
	}
	d, err := remote.Head(r, remote.WithAuthFromKeychain(authn.DefaultKeychain))
	if err != nil {
		return fmt.Errorf("cannot look up %s: %w", r, err)
	}
	fmt.Println(d.Digest)
	return nil
}
