package cache

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

type object = map[string]any

// observed are the cache, its user and their group.
func observed() map[stack.Key]stack.Observed {
	out := map[stack.Key]stack.Observed{}
	for key, name := range map[stack.Key]string{
		"cache": "shop-cache", "cacheusers": "shop-cache", "cacheuser-app": "shop-app",
	} {
		out[key] = stacktest.Object{
			"metadata": object{"annotations": object{"crossplane.io/external-name": name}},
			"spec":     object{"forProvider": object{"engine": "valkey"}},
			"status":   object{"atProvider": object{"arn": "arn:" + name}},
		}
	}
	return out
}

// version is a task definition of the backend with these variables.
func version(environment string) stacktest.Object {
	return stacktest.Object{"spec": object{"forProvider": object{
		"family": "shop-backend", "containerDefinitions": `[{"name":"backend","environment":[` + environment + `]}]`,
	}}, "status": object{"atProvider": object{"arn": "arn:version"}}}
}

const uses = `{"name":"CACHE_HOST","value":"a"}`

func leaving(protected bool, observed map[stack.Key]stack.Observed) ([]*stack.Resource, error) {
	return compose(protected, observed, nil)
}

func compose(
	protected bool, observed map[stack.Key]stack.Observed, cache *v1alpha1.Cache,
) ([]*stack.Resource, error) {
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace, c.Spec.Network.CIDR = "shop", "team", "10.0.0.0/16"
	c.Spec.DeletionProtection, c.Spec.Cache = &protected, cache
	s := stack.New(stack.Input{Claim: c, Observed: observed, Scheme: kinds.Scheme})
	Compose(s, plan.New(s))
	return s.Resources()
}

// TestLeaving: the cache goes when no version that has its variables may run, and what AWS does not delete while it
// is used goes after it.
func TestLeaving(t *testing.T) {
	without := func(keys ...stack.Key) map[stack.Key]stack.Observed {
		out := observed()
		for _, k := range keys {
			delete(out, k)
		}
		return out
	}
	with := func(environment string) map[stack.Key]stack.Observed {
		out := observed()
		out["taskdefinition-backend-12345678"] = version(environment)
		return out
	}
	cases := map[string]struct {
		reason   string
		observed map[stack.Key]stack.Observed
		want     []string
	}{
		"Used": {
			"A version that may run has the variables.", with(uses), []string{"cache", "cacheuser-app", "cacheusers"},
		},
		"Unused":   {"AWS deletes the cache first.", with(""), []string{"cacheuser-app", "cacheusers"}},
		"Deleted":  {"Then the group.", without("cache"), []string{"cacheuser-app"}},
		"NoGroup":  {"And then the user.", without("cache", "cacheusers"), nil},
		"NeverHad": {"There is nothing.", without("cache", "cacheusers", "cacheuser-app"), nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			rs, err := leaving(false, tc.observed)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range rs {
				got = append(got, string(r.Key))
				if n, _ := stack.Text(stacktest.Object(r.Object), "metadata", "annotations",
					"crossplane.io/external-name"); !strings.HasPrefix(n, "shop-") {
					t.Errorf("%s has lost its name in AWS: %q", r.Key, n)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestProtected: a protected claim keeps its cache.
func TestProtected(t *testing.T) {
	if _, err := leaving(true, observed()); err == nil || !strings.Contains(err.Error(), "cannot remove the cache") {
		t.Errorf("want a refusal, got %v", err)
	}
	if _, err := leaving(true, nil); err != nil {
		t.Errorf("a claim that never had a cache is refused: %v", err)
	}
}

// TestVersion: a cache that is asked for again before it has gone has the version that it had.
func TestVersion(t *testing.T) {
	was := observed()
	was["cache"] = stacktest.Object{"spec": object{"forProvider": object{"majorEngineVersion": "8"}}}
	for version, refused := range map[string]bool{"7": true, "8": false} {
		_, err := compose(false, was, &v1alpha1.Cache{Version: version})
		if (err != nil) != refused {
			t.Errorf("version %s is refused: %v, want %v", version, err, refused)
		}
	}
}
