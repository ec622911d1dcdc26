package network

import (
	"net/netip"
	"testing"
)

func TestBlock(t *testing.T) {
	cases := map[string]struct {
		reason string
		vpc    string
		n      int
		want   string
	}{
		"First":        {"The first block begins where the VPC does.", "10.0.0.0/16", 0, "10.0.0.0/24"},
		"TierReadsOff": {"In a /16 the third number of an address is its block.", "10.0.0.0/16", 21, "10.0.21.0/24"},
		"LastUsed":     {"The data subnet of a third zone.", "10.0.0.0/16", 32, "10.0.32.0/24"},
		"HalfOfA16":    {"Blocks of a /17 are half as large.", "10.0.128.0/17", 1, "10.0.128.128/25"},
		"CarriesOver":  {"Blocks do not end at the third number.", "172.16.64.0/18", 10, "172.16.66.128/26"},
		"Smallest":     {"Blocks of a /19 have 32 addresses.", "192.168.32.0/19", 32, "192.168.36.0/27"},
		"Unmasked":     {"A VPC's range is its network, however it is written.", "10.1.2.3/16", 0, "10.1.0.0/24"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := block(netip.MustParsePrefix(tc.vpc), tc.n).String(); got != tc.want {
				t.Errorf("\n%s\nblock(%s, %d) = %s, want %s", tc.reason, tc.vpc, tc.n, got, tc.want)
			}
		})
	}
}

func TestBlocksDoNotOverlap(t *testing.T) {
	const zones = 3
	for _, cidr := range []string{"10.0.0.0/16", "10.0.128.0/17", "172.16.64.0/18", "192.168.32.0/19"} {
		vpc := netip.MustParsePrefix(cidr)
		var seen []netip.Prefix
		for _, tier := range tiers {
			for z := range zones {
				b := block(vpc, blocks[tier]+z)
				if !vpc.Contains(b.Addr()) || b.Bits() <= vpc.Bits() {
					t.Errorf("%s: %s is outside", vpc, b)
				}
				for _, o := range seen {
					if b.Overlaps(o) {
						t.Errorf("%s: %s and %s overlap", vpc, b, o)
					}
				}
				seen = append(seen, b)
			}
		}
	}
}
