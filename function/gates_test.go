package function

import (
	"cmp"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/rules"
	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

var recordOrder = flag.Bool("record-order", false,
	"add to testdata/order what is new; what is no longer so must be taken out by hand")

// TestGates takes away what each object must wait for: without it the object must not be desired, and with it
// the object must be.
func TestGates(t *testing.T) {
	var mu sync.Mutex
	histories := map[string]func() (*rules.History, error){}
	history := func(over string) func() (*rules.History, error) {
		mu.Lock()
		defer mu.Unlock()
		if histories[over] == nil {
			c := specified(t, over)
			histories[over] = sync.OnceValues(
				func() (*rules.History, error) { return rules.Live(t.Context(), newFunction(), c, passes(c)+1) })
		}
		return histories[over]
	}
	for _, g := range rules.Gates {
		t.Run(strings.TrimSuffix(g.Title, "."), func(t *testing.T) {
			h, err := history(g.Claim)()
			if err != nil {
				t.Fatal(err)
			}
			wrong, err := g.Check(t.Context(), h)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range wrong {
				t.Errorf("%s\n%s %s", w, g.Title, g.Why)
			}
		})
	}
}

// specified is the minimal claim with a spec merged into it.
func specified(t *testing.T, over string) map[string]any {
	t.Helper()
	spec, err := schema.Decode([]byte(cmp.Or(over, "{}")))
	if err != nil {
		t.Fatal(err)
	}
	return claim(t, toYAML(t, map[string]any{"spec": spec}))
}

// ordered are the claims whose order is recorded, by the name of the file.
var ordered = map[string]string{
	"minimal": "",
	"everything": `
region: eu-west-1
network:
  endpoints: {interface: [secretsmanager]}
  denyRules: [{subnets: data, direction: Ingress, number: 10, cidr: 203.0.113.0/24}]
frontend: {image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/frontend:1'}
backend:
  image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/backend:1'
  secrets: {TOKEN: {secretARN: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/token-AbCdEf'}}
alarms: {emails: [ops@example.org], monthlyBudgetUSD: 500}
edge: {domain: {name: shop.example.com}, accessLogs: true, waf: {logs: All, denyCIDRs: [198.51.100.0/24]}}
backup: {copyTo: {region: eu-north-1, pointInTime: true}, lock: Governance, restoreTest: {enabled: true}}
database: {proxy: {enabled: true}, iamUsers: [app]}
`,
}

// TestOrder compares the pass in which each key first appears, and what it waits for, with what is recorded in
// testdata/order. What is new is added with -record-order. What a key no longer waits for is never taken out by a
// flag: delete it from the file by hand, and say why in the commit.
func TestOrder(t *testing.T) {
	for name, over := range ordered {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := specified(t, over)
			h, err := rules.Live(t.Context(), newFunction(), c, passes(c)+1)
			if err != nil {
				t.Fatal(err)
			}
			now, err := h.Order(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			compareOrder(t, filepath.Join("testdata", "order", name+".txt"), now)
		})
	}
}

const orderHeader = "# The pass in which the function first asks for each key, and what the key waits for: " +
	`after what works, with what AWS
# has told the value of, beside what is there. A star stands for a digest. Written by
# go test ./function -run TestOrder -record-order, which adds what is new. What is no longer so is deleted by hand.
`

func compareOrder(t *testing.T, file string, now []rules.Wait) {
	t.Helper()
	recorded := readOrder(t, file)
	is := map[string]rules.Wait{}
	text := orderHeader
	for _, w := range now {
		is[w.Key] = w
		text += w.String() + "\n"
	}
	lost := false
	for _, was := range recorded {
		w, ok := is[was.Key]
		if !ok {
			lost = true
			t.Errorf("%s is no longer composed; if that is meant, delete its line from %s by hand", was.Key, file)
			continue
		}
		for _, m := range was.Lost(w) {
			lost = true
			t.Errorf("%s; if that is meant, delete it from %s by hand, and say why in the commit", m, file)
		}
	}
	switch b, _ := os.ReadFile(file); {
	case lost || string(b) == text:
	case *recordOrder:
		write(t, file, text)
	default:
		t.Errorf(
			"the order has changed (-recorded +now); read it, then run go test ./function -run TestOrder "+
				"-record-order:\n%s", gocmp.Diff(string(b), text))
	}
}

func readOrder(t *testing.T, file string) []rules.Wait {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil && !(*recordOrder && os.IsNotExist(err)) {
		t.Fatal(err)
	}
	var out []rules.Wait
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		w, err := rules.ParseWait(line)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, w)
	}
	return out
}

// TestDenyRuleIsReplaced: the provider tells the rules of a network ACL apart by their number. If a new rule
// exists before the old rule of its number is deleted, that deletes the new rule too.
func TestDenyRuleIsReplaced(t *testing.T) {
	deny := func(cidr string) map[string]any {
		return specified(t, "network: {denyRules: [{subnets: data, direction: Ingress, number: 10, cidr: "+cidr+"}]}")
	}
	rule := func(w *simulator.World) string {
		for key := range desired(w) {
			if strings.HasPrefix(key, "naclrule-data-in-10-") {
				return key
			}
		}
		return ""
	}
	w := atRest(t, deny("203.0.113.0/24"))
	before := rule(w)
	w.Composite["spec"] = deny("198.51.100.0/24")["spec"]
	pass(t, w)
	if got := rule(w); got != "" {
		t.Errorf("the function asks for %s while AWS still has %s", got, before)
	}
	pass(t, w)
	if got := rule(w); got == "" || got == before {
		t.Errorf("the function asks for %q once AWS has no rule of the number", got)
	}
}
