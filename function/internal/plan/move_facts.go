package plan

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Move is what is observed of a move, and what follows from it.
type Move struct {
	Facts MoveFacts
	Wants MoveWants
	// Begun tells whether the claim ever had a primary, so that there is something to move.
	Begun bool
}

// readOnly is MySQL's parameter that forbids writes to everybody but RDS itself: the master user
// of Kasha's databases may not write either.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_MySQL.Replication.ReadReplicas.Updates.html
const readOnly = "read_only"

// moveFacts reads the facts that do not depend on the password.
func (p *Plan) moveFacts(running []credentials.Revision) MoveFacts {
	s, db := p.stack, p.Claim.Spec.Database
	f := MoveFacts{Engine: db.Engine}
	if db.Move != nil {
		f.Stage = db.Move.Stage
		was := p.Claim.Status.Database.Move
		f.CaughtUp = db.Move.CaughtUp && was != nil && was.FrozenAt != "" && !was.CaughtUpTooEarly
	}
	primary, exists := s.Observed(keys.Primary)
	f.Primary = exists
	if exists {
		_, deleting := stack.Text(primary, "metadata", "deletionTimestamp")
		f.Leaving = deleting && param(primary, "deletionProtection") == false
		f.Unprotected = reported(primary, "deletionProtection") == false
	}
	s.ObservedKeys(keys.ReplicaPrefix, func(stack.Key, stack.Observed) { f.Replica = true })
	s.ObservedKeys(keys.NodePrefix, func(stack.Key, stack.Observed) { f.Node = true })
	if group, ok := s.Observed(keys.ParameterGroup); ok {
		f.Asked = forbidsWrites(param(group, "parameter"))
		f.Frozen = f.Asked && s.Ready(keys.ParameterGroup) && forbidsWrites(reported(group, "parameter"))
	}
	cluster, exists := s.Observed(keys.Aurora)
	f.Cluster = exists
	if exists {
		_, f.Source = stack.Text(cluster, "spec", "forProvider", "replicationSourceIdentifier")
		_, follows := s.Status(keys.Aurora, "replicationSourceIdentifier")
		works := s.Ready(keys.Aurora) && s.Ready(keys.Node(0))
		f.Copied, f.Free = works && follows, works && !follows
	}
	f.Told = p.isTold(cluster, running)
	return f
}

// isTold tells whether anything has got the cluster's address: in AWS's secret or on the way there,
// in the tasks' environment, or by a password of its own. None of it is in a status.
func (p *Plan) isTold(cluster stack.Observed, running []credentials.Revision) bool {
	told := slices.ContainsFunc(running, func(r credentials.Revision) bool { return r.Cluster })
	for _, prefix := range []string{keys.SecretVersionPrefix, keys.ConnectionPrefix} {
		p.stack.ObservedKeys(prefix, func(k stack.Key, _ stack.Observed) {
			told = told || credentials.RevisionOf(k, prefix).Cluster
		})
	}
	_, own := stack.Text(cluster, "spec", "forProvider", "masterPasswordSecretRef", "name")
	return told || own
}

// forbidsWrites tells whether a list of parameters has read_only.
func forbidsWrites(parameters any) bool {
	list, _ := parameters.([]any)
	return slices.ContainsFunc(list, func(e any) bool {
		m, _ := e.(map[string]any)
		return m["name"] == readOnly && m["value"] == "1"
	})
}

func param(o stack.Observed, field string) any {
	v, _ := o.Lookup("spec", "forProvider", field)
	return v
}

func reported(o stack.Observed, field string) any {
	v, _ := o.Lookup("status", "atProvider", field)
	return v
}

// settleMove adds what is known only with the decision about the password: whether everybody has
// left the old database.
func (p *Plan) settleMove(readers []credentials.Reader) {
	cluster, exists := p.stack.Observed(keys.Aurora)
	if !exists || p.Database.Move.Wants.Serves != v1alpha1.AuroraMySQL || !p.Database.Move.Facts.Primary {
		return
	}
	c := p.Credentials
	left := !slices.ContainsFunc(readers, func(r credentials.Reader) bool {
		current := r.Revision.Users || r.Revision.Generation == c.Wanted.Generation
		return r.Exists && (!r.Settled || !r.Revision.Cluster || !current)
	})
	f := p.Database.Move.Facts
	f.Settled = left && c.Settled && !c.FromSource && c.Users.Given.Cluster &&
		reported(cluster, "deletionProtection") == p.Protected && param(cluster, "skipFinalSnapshot") == false
	p.Database = p.systems(f)
}

// CopyWaits is what the copy waits for, and empty where AWS can make it.
func (p *Plan) CopyWaits() string {
	state, _ := p.stack.Status(keys.Primary, "status")
	runs, known := p.RunningVersion(keys.Primary)
	o, _ := p.stack.Observed(keys.Primary)
	target := p.AuroraVersion()
	switch {
	case state != "available":
		return p.stack.ObjectName(keys.Primary) + " to be available"
	case reported(o, "autoMinorVersionUpgrade") != false:
		return "AWS to apply no minor versions to " + p.stack.ObjectName(keys.Primary) + " by itself"
	case !known:
		return "the version of " + p.stack.ObjectName(keys.Primary)
	case awsfacts.Older(target, runs):
		return "a version of Aurora that is not older: AWS cannot copy MySQL " + runs + " into Aurora " + target +
			"; set database.aurora.version to " + runs + " or a later version once AWS has it"
	}
	return ""
}

// AuroraVersion is the claim's version of the cluster, else the one that it was made with, else
// the newest that Kasha knows.
func (p *Plan) AuroraVersion() string {
	if a := p.Claim.Spec.Database.Aurora; a != nil && a.Version != "" {
		return a.Version
	}
	return CompatibleWith(p.stack.Sticky(keys.Aurora, "engineVersion", FullVersion(newestAurora)))
}

const (
	// newestAurora is the version of a new cluster whose claim names none.
	// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraMySQLReleaseNotes/AuroraMySQL.Updates.84Updates.html
	newestAurora = "8.4.10"
	// auroraMark is between the version of MySQL and Aurora's own in a full version. The provider
	// repeats a shorter version with every change, because AWS answers with the full one.
	auroraMark = ".mysql_aurora."
)

// FullVersion is AWS's name of a version: 8.4.mysql_aurora.8.4.10 for 8.4.10.
func FullVersion(version string) string { return "8.4" + auroraMark + version }

// CompatibleWith is the version of MySQL that a version of Aurora is compatible with.
func CompatibleWith(full string) string {
	_, version, _ := strings.Cut(full, auroraMark)
	return version
}
