package main

import (
	"fmt"
	"slices"
	"strings"
)

// fills are the tiers' colors, used in turn.
var fills = []string{
	"#e8f0fe", "#fde7e9", "#e6f4ea", "#fef7e0", "#f3e8fd", "#e4f7fb", "#fce8e6", "#f1f3f4", "#fff0e0", "#e7f6ef",
}

// describe the picture in Graphviz's language.
func describe(resources []resource) string {
	var b strings.Builder
	b.WriteString(`digraph claim {
  graph [rankdir=LR, fontname="Helvetica", fontsize=20, ranksep=1.2, nodesep=0.12, compound=true];
  node [shape=box, style="rounded,filled", fillcolor=white, color="#5f6368", fontname="Helvetica",
    fontsize=11, height=0.3, margin="0.2,0.04"];
  edge [color="#9aa0a6", arrowsize=0.5, penwidth=0.7];
`)
	names := map[string]string{}
	for _, r := range resources {
		names[r.name] = r.key
	}
	for i, tier := range tiers(resources) {
		fmt.Fprintf(&b, "  subgraph %s {\n    label=%s; style=\"rounded,filled\"; color=%s; fontcolor=\"#202124\";\n",
			quote("cluster_"+tier), quote(tier), quote(fills[i%len(fills)]))
		for _, r := range resources {
			if r.tier == tier {
				fmt.Fprintf(&b, "    %s [label=%s, tooltip=%s];\n", quote(r.key), quote(r.key+"\n"+r.kind),
					quote(r.purpose))
			}
		}
		b.WriteString("  }\n")
	}
	for _, r := range resources {
		for _, to := range r.to {
			if key, ok := names[to]; ok && key != r.key {
				fmt.Fprintf(&b, "  %s -> %s;\n", quote(r.key), quote(key))
			}
		}
	}
	b.WriteString("}\n")
	return b.String()
}

// tiers in the order of their names.
func tiers(resources []resource) []string {
	var out []string
	for _, r := range resources {
		out = append(out, r.tier)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
