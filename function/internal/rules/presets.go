package rules

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
)

// presets are an environment's defaults for fields that a claim leaves out, as docs/reference/api.md says. The API
// server does not fill them in, because they depend on another field.
var presets = map[string]map[string]any{
	"Production": {
		"deletionProtection":     true,
		"database.instanceClass": "db.t4g.medium",
		"database.multiAZ":       true,
		"database.readReplicas":  float64(1),
	},
	"NonProduction": {
		"deletionProtection":     false,
		"database.instanceClass": "db.t3.micro",
		"database.multiAZ":       false,
		"database.readReplicas":  float64(0),
	},
}

// preset returns a claim with its environment's presets, and without its status.
func preset(claim map[string]any) map[string]any {
	serves := text(claim, "status", "database", "engine")
	claim = runtime.DeepCopyJSON(plain(claim))
	for dotted, value := range presets[text(claim, "spec", "environment")] {
		o := child(claim, "spec")
		at := strings.Split(dotted, ".")
		for _, p := range at[:len(at)-1] {
			o = child(o, p)
		}
		if last := at[len(at)-1]; o[last] == nil || o[last] == "" {
			o[last] = value
		}
	}
	db := child(child(claim, "spec"), "database")
	if tier := text(claim, "spec", "usageTier"); db["engine"] == nil || db["engine"] == "" {
		db["engine"] = "MySQL"
		if tier == "Growth" || tier == "Scale" {
			db["engine"] = "AuroraMySQL"
		}
	}
	presetAurora(claim)
	if db["move"] != nil && serves != "" {
		// During a move the claim says where it goes, and the status what the workloads use.
		db["engine"] = serves
	}
	return claim
}

// presetAurora fills in a cluster's size.
func presetAurora(claim map[string]any) {
	db := child(child(claim, "spec"), "database")
	if db["engine"] != "AuroraMySQL" {
		return
	}
	small := text(claim, "spec", "environment") == "NonProduction"
	a := child(db, "aurora")
	set := func(field string, production, other any) {
		switch {
		case a[field] != nil:
		case small:
			a[field] = other
		default:
			a[field] = production
		}
	}
	if text(claim, "spec", "usageTier") == "Scale" {
		set("readers", float64(2), float64(0))
		set("capacity", map[string]any{"minACU": "4", "maxACU": "64"}, map[string]any{"minACU": "0.5", "maxACU": "4"})
	}
	least := "0"
	if asMap(db["proxy"])["enabled"] == true {
		least = "0.5"
	}
	set("instanceClass", "db.serverless", "db.serverless")
	set("readers", float64(1), float64(0))
	set("capacity", map[string]any{"minACU": "2", "maxACU": "16"}, map[string]any{"minACU": least, "maxACU": "2"})
}

func child(o map[string]any, field string) map[string]any {
	m, ok := o[field].(map[string]any)
	if !ok {
		m = map[string]any{}
		o[field] = m
	}
	return m
}

// plain are the parts of a claim that rules look at.
func plain(claim map[string]any) map[string]any {
	out := map[string]any{}
	for _, f := range []string{"metadata", "spec"} {
		if m, ok := claim[f].(map[string]any); ok {
			out[f] = m
		}
	}
	return out
}
