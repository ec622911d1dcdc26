package controlplane

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

const kept = "team-kept"

var namespaces = schema.GroupVersionKind{Version: "v1", Kind: "Namespace"}

// A try is a request of somebody about a protected object. Says is empty if the API server
// accepts it.
type try struct {
	reason string
	by     *harness.Cluster
	do     func(*harness.Cluster) error
	says   string
}

// The policies protect objects without the function. Every try is a dry run.
func TestWhatIsProtectedStays(t *testing.T) {
	who := protectedThings(t)
	tables := []map[string]try{deletions(who), orphans(who), statuses(who), environments(who), resources(who),
		theNamespace(who)}
	inForce(t, tables)
	for _, tries := range tables {
		for name, tc := range tries {
			t.Run(name, func(t *testing.T) { isRefused(t, tc.reason, tc.do(tc.by), tc.says) })
		}
	}
}

// inForce waits until the API server knows every policy.
func inForce(t *testing.T, tables []map[string]try) {
	t.Helper()
	for _, name := range []string{"DeleteProduction", "ForgeClaimStatus", "DeleteQueue", "DeleteNamespace"} {
		for _, tries := range tables {
			if tc, ok := tries[name]; ok {
				need(t, harness.Eventually(t.Context(), time.Minute, func(context.Context) error {
					if err := tc.do(tc.by); err == nil || !strings.Contains(err.Error(), tc.says) {
						return fmt.Errorf("the policy is not in force: %v", err)
					}
					return nil
				}))
			}
		}
	}
}

// people are the users whose requests the test makes.
type people struct {
	author, editor, admin, platform, crossplane, provider, spoofed, collector, namespaces *harness.Cluster
}

// protectedThings are claims of an author in a namespace, and what one is composed of.
func protectedThings(t *testing.T) people {
	t.Helper()
	who := people{
		author: as(t, "ada", "authors-kept"),
		// A user with crossplane-edit, or another role that may write managed resources.
		editor:     as(t, "eve", harness.Masters),
		admin:      lab.Plane.Cluster,
		platform:   as(t, "grace", harness.Platform, harness.Masters),
		crossplane: as(t, harness.Crossplane, harness.CrossplaneAccounts, harness.Masters),
		provider:   as(t, harness.Provider, harness.CrossplaneAccounts, harness.Masters),
		spoofed: as(t, "system:serviceaccount:"+kept+":crossplane", "system:serviceaccounts:"+kept,
			harness.Masters),
		collector:  as(t, "system:serviceaccount:kube-system:generic-garbage-collector", harness.Masters),
		namespaces: as(t, "system:serviceaccount:kube-system:namespace-controller", harness.Masters),
	}
	ns := harness.Object("v1", "Namespace", "", kept, nil)
	ns.SetLabels(map[string]string{"platform.kasha.io/claims": "true"})
	need(t, lab.Plane.Apply(t.Context(), ns))
	need(t, lab.Plane.Namespace(t.Context(), "team-empty"))
	const rbac = "rbac.authorization.k8s.io"
	need(t, lab.Plane.Apply(t.Context(), harness.Object(rbac+"/v1", "RoleBinding", kept, "authors", map[string]any{
		"roleRef":  map[string]any{"apiGroup": rbac, "kind": "ClusterRole", "name": "kasha-author"},
		"subjects": []any{map[string]any{"apiGroup": rbac, "kind": "Group", "name": "authors-kept"}},
	})))
	for name, over := range map[string]map[string]any{
		"production": {},
		"explicit":   {"environment": "NonProduction", "deletionProtection": true},
		"labelled":   {},
		"open":       {"deletionProtection": false},
		"trial":      {"environment": "NonProduction"},
		"loose":      {"deletionProtection": false},
	} {
		claim := paused(t, kept, nil)
		claim.SetName(name)
		merge(claim.Object, map[string]any{"spec": over})
		if name == "labelled" {
			claim.SetLabels(map[string]string{"crossplane.io/in-use": "true"})
		}
		if name == "loose" {
			claim.SetFinalizers([]string{metav1.FinalizerOrphanDependents})
		}
		need(t, harness.Eventually(t.Context(), time.Minute, func(ctx context.Context) error {
			_, err := who.author.Create(ctx, claim)
			return err
		}))
	}
	for _, o := range composedThings() {
		_, err := who.crossplane.Create(t.Context(), o)
		need(t, err)
		t.Cleanup(func() {
			need(t, who.crossplane.Delete(context.Background(), o.GroupVersionKind(), kept, o.GetName()))
		})
	}
	return who
}

// composedThings are the objects that a claim composes, and objects that only look alike.
func composedThings() []*unstructured.Unstructured {
	queue := func(name string) *unstructured.Unstructured {
		return harness.Object("sqs.aws.m.upbound.io/v1beta1", "Queue", kept, name, map[string]any{
			"spec": map[string]any{"forProvider": map[string]any{"region": "us-east-1", "name": kept + "-" + name}},
		})
	}
	usage := harness.Object("protection.crossplane.io/v1beta1", "Usage", kept, "shop-usage-claim",
		map[string]any{"spec": map[string]any{
			"reason": "it is a test",
			"of": map[string]any{
				"apiVersion": "v1", "kind": "ConfigMap", "resourceRef": map[string]any{"name": "nothing"},
			},
		}})
	usage.SetAnnotations(map[string]string{"crossplane.io/paused": "true"})
	out := []*unstructured.Unstructured{
		queue("shop-queue-jobs"), usage,
		harness.Object("v1", "Secret", kept, "shop-connection", nil),
		harness.Object("v1", "ConfigMap", kept, "shop-own", nil),
	}
	for _, o := range out {
		o.SetLabels(map[string]string{"platform.kasha.io/claim": "shop"})
	}
	return append(out, queue("foreign"))
}

func deletions(who people) map[string]try {
	const on = ": deletionProtection is on; set spec.deletionProtection to false"
	claim := func(name string) func(*harness.Cluster) error { return drop(harness.Claims, name) }
	label := func(value string) func(*harness.Cluster) error {
		return patchOf(harness.Claims, kept, "labelled", `{"metadata":{"labels":{"crossplane.io/in-use":`+value+`}}}`)
	}
	const stays = "cannot take the label crossplane.io/in-use off"
	return map[string]try{
		"DeleteProduction": {
			"Production is protected unless the claim says otherwise.", who.author, claim("production"),
			"cannot delete KashaClaim team-kept/production" + on,
		},
		"DeleteExplicit": {
			"So is what says that it is.", who.author, claim("explicit"),
			"cannot delete KashaClaim team-kept/explicit" + on,
		},
		"TakeLabelOff": {"Crossplane refuses the deletion by it.", who.author, label("null"), stays},
		"ChangeLabel":  {"It has one value.", who.author, label(`"false"`), stays},
		"AdminTakesLabelOff": {
			"An administrator's tool may replace the claim.", who.admin, label("null"), stays,
		},
		"CrossplaneTakesLabelOff": {"The protection is off.", who.crossplane, label("null"), ""},
		"PlatformTakesLabelOff":   {"Something has gone wrong.", who.platform, label("null"), ""},
		"KeepLabel": {
			"Another label is anybody's.", who.author,
			patchOf(harness.Claims, kept, "labelled", `{"metadata":{"labels":{"a":"b"}}}`), "",
		},
		"AdminDeletes": {
			"An administrator's tool is what deletes by mistake.", who.admin, claim("production"), on,
		},
		"PlatformDeletes": {"There is no exception.", who.platform, claim("production"), on},
		"NamespaceControllerDeletes": {
			"It deletes all that is in a namespace.", who.namespaces, claim("production"), on,
		},
		"DeleteAll":  {"Every claim is looked at.", who.admin, dropAll(harness.Claims), on},
		"DeleteOpen": {"The protection is off.", who.author, claim("open"), ""},
		"DeleteTrial": {
			"NonProduction is not protected unless the claim says so.", who.author, claim("trial"), "",
		},
	}
}

// orphans are deletions that leave the composed objects in the cluster.
func orphans(who people) map[string]try {
	with := func(o metav1.DeletionPropagation) func(*harness.Cluster) error {
		return dropWith(harness.Claims, "open", metav1.DeleteOptions{PropagationPolicy: &o})
	}
	yes := true
	const leaves = "and leave its resources behind"
	return map[string]try{
		"Orphan": {
			"It would go on in AWS, and no quota would count it.", who.author, with(metav1.DeletePropagationOrphan),
			"cannot delete KashaClaim team-kept/open " + leaves,
		},
		"OrphanTheOldWay": {
			"The field is deprecated, and still works.", who.author,
			//lint:ignore SA1019 An author may still send it.
			dropWith(harness.Claims, "open", metav1.DeleteOptions{OrphanDependents: &yes}), leaves,
		},
		"OrphanByFinalizer": {
			"Kubernetes takes it for the same wish.", who.author, drop(harness.Claims, "loose"),
			"cannot delete KashaClaim team-kept/loose " + leaves,
		},
		"AdminOrphans": {"A mistake as well.", who.admin, with(metav1.DeletePropagationOrphan), leaves},
		"PlatformOrphans": {
			"For moving a claim to another cluster.", who.platform, with(metav1.DeletePropagationOrphan), "",
		},
		"Foreground": {"It only waits.", who.author, with(metav1.DeletePropagationForeground), ""},
		"Background": {"This is the default.", who.author, with(metav1.DeletePropagationBackground), ""},
	}
}

func statuses(who people) map[string]try {
	write := patchOf(harness.Claims, kept, "trial", `{"status":{"resources":{"desired":1}}}`, "status")
	const says = "cannot write the status of KashaClaim team-kept/trial"
	return map[string]try{
		"ForgeClaimStatus": {
			"A new claim would get the ID that v0.1.0 gave, which can be ground.", who.editor, write, says,
		},
		"AdminForgesClaimStatus": {"Nobody else's tool writes it either.", who.admin, write, says},
		"SpoofedForgesClaimStatus": {
			"A service account of that name in another namespace.", who.spoofed, write, says,
		},
		"CrossplaneSays": {"It does so in every pass.", who.crossplane, write, ""},
		"PlatformSays":   {"Something has gone wrong.", who.platform, write, ""},
	}
}

func environments(who people) map[string]try {
	const leaves = "cannot change the environment of a protected claim to NonProduction"
	to := func(name, spec string) func(*harness.Cluster) error {
		return patchOf(harness.Claims, kept, name, `{"spec":{`+spec+`}}`)
	}
	return map[string]try{
		"LeaveProduction": {
			"The protection would go with it.", who.author, to("production", `"environment":"NonProduction"`), leaves,
		},
		"LeaveProductionAtOnce": {
			"One change must not take both away.", who.author,
			to("production", `"environment":"NonProduction","deletionProtection":false`), leaves,
		},
		"PlatformLeaves": {
			"The rule is the schema's.", who.platform, to("production", `"environment":"NonProduction"`), leaves,
		},
		"LeaveProductionOpen": {
			"Its protection is off already.", who.author, to("open", `"environment":"NonProduction"`), "",
		},
		"BecomeProduction": {"Nothing is lost.", who.author, to("trial", `"environment":"Production"`), ""},
		"TurnProtectionOff": {
			"This is how a claim is deleted. A guardrail may refuse it.", who.author,
			to("production", `"deletionProtection":false`), "",
		},
	}
}

func resources(who people) map[string]try {
	const changes, deletes = "cannot change Queue shop-queue-jobs: it belongs to a KashaClaim",
		"cannot delete Queue shop-queue-jobs: it belongs to a KashaClaim"
	steal := func(name string) func(*harness.Cluster) error {
		return patchOf(queues, kept, name, `{"metadata":{"annotations":{"crossplane.io/external-name":"`+victim+`"}}}`)
	}
	forge := patchOf(queues, kept, "shop-queue-jobs", `{"status":{"atProvider":{"arn":"forged"}}}`, "status")
	remove := drop(queues, "shop-queue-jobs")
	return map[string]try{
		"StealQueue": {
			"A user who writes it chooses which queue it is in AWS.", who.editor, steal("shop-queue-jobs"), changes,
		},
		"ForgeStatus": {"The function reads there what AWS says.", who.editor, forge, changes},
		"TakeOwnerOff": {
			"The policy looks at what it was.", who.editor,
			patchOf(queues, kept, "shop-queue-jobs", `{"metadata":{"labels":null}}`), changes,
		},
		"DeleteQueue": {"Its messages would be lost.", who.editor, remove, deletes},
		"DeleteUsage": {
			"It protects something.", who.editor, drop(harness.Usages, "shop-usage-claim"),
			"cannot delete Usage shop-usage-claim",
		},
		"ChangeSecret": {
			"The backend reads it.", who.editor,
			patchOf(harness.Secrets, kept, "shop-connection", `{"data":{"url":"eA=="}}`),
			"cannot change Secret shop-connection",
		},
		"SpoofedCrossplane": {
			"A service account of that name in another namespace.", who.spoofed, steal("shop-queue-jobs"), changes,
		},
		"NamespaceDeletesQueue": {
			"It would delete what a claim has before the claim, which may be protected.", who.namespaces, remove,
			deletes,
		},
		"CrossplaneChanges":  {"It composes.", who.crossplane, steal("shop-queue-jobs"), ""},
		"CrossplaneDeletes":  {"What a claim asks for no more.", who.crossplane, remove, ""},
		"ProviderWrites":     {"It says what AWS says.", who.provider, forge, ""},
		"CollectorDeletes":   {"The claim has been deleted.", who.collector, remove, ""},
		"PlatformMends":      {"The runbooks say so.", who.platform, steal("shop-queue-jobs"), ""},
		"ForeignQueue":       {"It belongs to no claim.", who.editor, steal("foreign"), ""},
		"DeleteForeignQueue": {"It belongs to no claim.", who.editor, drop(queues, "foreign"), ""},
		"OwnConfigMap": {
			"A label of that name on something of one's own changes nothing.", who.editor,
			drop(configMaps, "shop-own"), "",
		},
	}
}

func theNamespace(who people) map[string]try {
	off := patchOf(namespaces, "", kept, `{"metadata":{"labels":{"platform.kasha.io/claims":null}}}`)
	return map[string]try{
		"DeleteNamespace": {
			"Its claims would go.", who.admin, drop(namespaces, kept),
			"cannot delete namespace team-kept: it is for KashaClaims",
		},
		"PlatformDeletesIt": {
			"The label is taken off first.", who.platform, drop(namespaces, kept), "cannot delete namespace team-kept",
		},
		"UnlabelNamespace": {
			"Then it could be deleted.", who.admin, off, "cannot remove the label platform.kasha.io/claims",
		},
		"PlatformUnlabels": {"This is how it is deleted.", who.platform, off, ""},
		"LabelNamespace": {
			"Other labels are anybody's.", who.admin,
			patchOf(namespaces, "", kept, `{"metadata":{"labels":{"a":"b"}}}`), "",
		},
		"DeleteNamespaceWithout":  {"It is for no claims.", who.admin, drop(namespaces, "team-empty"), ""},
		"DeleteEmptyByItsManager": {"It is for no claims.", who.platform, drop(namespaces, "team-empty"), ""},
	}
}

// drop is a dry run of the deletion of an object.
func drop(gvk schema.GroupVersionKind, name string) func(*harness.Cluster) error {
	return dropWith(gvk, name, metav1.DeleteOptions{})
}

func dropWith(gvk schema.GroupVersionKind, name string, how metav1.DeleteOptions) func(*harness.Cluster) error {
	how.DryRun = []string{dryRun}
	return func(c *harness.Cluster) error {
		r, err := c.Of(gvk, kept)
		if err != nil {
			return err
		}
		return r.Delete(context.Background(), name, how)
	}
}

// dropAll is a dry run of the deletion of all objects of a kind in the namespace.
func dropAll(gvk schema.GroupVersionKind) func(*harness.Cluster) error {
	return func(c *harness.Cluster) error {
		r, err := c.Of(gvk, kept)
		if err != nil {
			return err
		}
		return r.DeleteCollection(context.Background(), metav1.DeleteOptions{DryRun: []string{dryRun}},
			metav1.ListOptions{})
	}
}
