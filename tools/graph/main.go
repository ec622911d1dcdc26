// Graph draws a rendered claim as one page: the resources in the boxes of their tiers, and for
// each what it needs and what needs it. Given a DOT file, it draws that as SVG.
//
// Usage: graph -o page.html rendered.yaml, or graph -o picture.svg picture.dot
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/goccy/go-graphviz"

	"github.com/kasha-platform/kasha/tools/graph/drawing"
)

func main() {
	out := flag.String("o", "", "the `file` to draw into")
	flag.Parse()
	if err := run(context.Background(), flag.Arg(0), *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, in, out string) error {
	source, err := os.ReadFile(in)
	if err != nil {
		return fmt.Errorf("cannot draw: %w", err)
	}
	made := func() ([]byte, error) { return drawDOT(ctx, source) }
	if !strings.HasSuffix(in, ".dot") {
		made = func() ([]byte, error) {
			claim, resources, err := drawing.Parse(source)
			if err != nil {
				return nil, err
			}
			return drawing.Draw(claim, resources)
		}
	}
	picture, err := made()
	if err != nil {
		return fmt.Errorf("cannot draw %s: %w", in, err)
	}
	if err := os.WriteFile(out, picture, 0o644); err != nil {
		return fmt.Errorf("cannot draw: %w", err)
	}
	return nil
}

func drawDOT(ctx context.Context, dot []byte) ([]byte, error) {
	g, err := graphviz.New(ctx)
	if err != nil {
		return nil, err
	}
	defer g.Close() // It is no longer needed.
	graph, err := graphviz.ParseBytes(dot)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := g.Render(ctx, graph, graphviz.SVG, &b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
