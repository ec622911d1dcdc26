package rules

import (
	"fmt"
	"strings"
)

// rollbackRule is about the alarms on which ECS rolls back.
var rollbackRule = Rule{
	ID: "watch-rollback",
	Title: "A service rolls back on its own alarm where the claim says how many requests may fail, and on no other " +
		"alarm, and the alarm exists for as long as ECS watches it.",
	Why: "A version whose requests fail would stay, one would be rolled back because something else fails, or ECS " +
		"would refuse every deployment.",
	Source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html",
	check:  servicesRollBackOnTheirAlarm,
}

// rollsBack tells whether the claim says how many requests of a service may fail.
func rollsBack(w World, service string) bool {
	percent, _ := number(w.Claim, "spec."+service+".rollout.errorPercent")
	return percent > 0
}

func servicesRollBackOnTheirAlarm(w World) []Violation {
	var out []Violation
	for _, key := range w.keys("ecs/Service") {
		service := strings.TrimPrefix(key, "service-")
		own := "alarm-rollback-" + service
		alarms := asMap(params(w.Desired[key])["alarms"])
		on := alarms["enable"] == true
		switch names := in(alarms, "alarmNames"); {
		case w.Settled && on != rollsBack(w, service):
			out = append(out, violation(key, "watches errors: %v", on))
		case on != (alarms["rollback"] == true):
			out = append(out, violation(key, "does not roll back on its alarm"))
		case alarms != nil && names != externalName(w.Desired[own]):
			out = append(out, violation(key, "watches %s, which is not the alarm %s", names, own))
		}
	}
	return out
}

// rollbackAlarms are the alarms of the services whose requests are counted during rollouts.
func rollbackAlarms(w World) map[string]alarm {
	out := map[string]alarm{}
	for _, service := range append(services(w), "frontend", "backend") {
		if rollsBack(w, service) {
			out["alarm-rollback-"+service] = failing(w, service)
		}
	}
	return out
}

// failing is about the requests that fail in a service's tasks, by each way that they come.
func failing(w World, service string) alarm {
	var lines, requests, errors []string
	for _, way := range waysTo(w, service) {
		n := len(requests) + 1
		of := "AWS/ApplicationELB %s Sum 60 LoadBalancer=" + text(w.at("alb-"+way[0]), "arnSuffix") +
			" TargetGroup=" + text(w.at("targetgroup-"+way[1]), "arnSuffix")
		lines = append(lines, fmt.Sprintf("requests%d: "+of, n, "RequestCount"),
			fmt.Sprintf("errors%d: "+of, n, "HTTPCode_Target_5XX_Count"))
		requests = append(requests, fmt.Sprintf("FILL(requests%d, 0)", n))
		errors = append(errors, fmt.Sprintf("FILL(errors%d, 0)", n))
	}
	percent, _ := number(w.Claim, "spec."+service+".rollout.errorPercent")
	a := above(percent, minute, 3).computed(append(lines,
		"requests: "+strings.Join(requests, " + "),
		"percent: 100 * ("+strings.Join(errors, " + ")+") / IF(requests < 20, 20, requests) !")...)
	a["datapointsToAlarm"], a["treatMissingData"], a["region"] = "2", silenceIsGood, w.region()
	a["alarmActions"], a["okActions"] = "", ""
	return a
}

// waysTo are the load balancers and the target groups by which requests come to a service.
func waysTo(w World, service string) [][2]string {
	switch way := in(w.Claim, "spec."+service+".way"); {
	case service == "frontend":
		return [][2]string{{"public", service}}
	case way == "public":
		return [][2]string{{"public", publicPrefix + service}}
	case way == "http2", way == "grpc":
		return [][2]string{{"internal", way + "-" + service}}
	case service == "backend" && lookup(w.Claim, "spec", "backend", "expose") != nil:
		return [][2]string{{"internal", service}, {"public", publicPrefix + service}}
	}
	return [][2]string{{"internal", service}}
}
