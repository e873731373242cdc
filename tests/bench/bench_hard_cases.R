# R's survey package in bench_hard_cases.py. Prints seconds and the shares.
suppressPackageStartupMessages(library(survey))
args <- commandArgs(trailingOnly = TRUE)
frame <- read.csv(file.path(args[1], "frame.csv"), stringsAsFactors = TRUE)
targets <- read.csv(file.path(args[1], "targets.csv"))
questions <- unique(as.character(targets$question))
group <- as.formula(paste0("~", questions[1]))
started <- proc.time()[["elapsed"]]
design <- svydesign(ids = ~1, weights = ~w, data = frame)
if (args[2] == "continuous") {
  terms <- as.formula(paste("~", paste(c(questions, "age"), collapse = " + ")))
  total <- c(`(Intercept)` = sum(targets$count[targets$question == questions[1]]))
  for (q in questions) {
    rows <- targets[targets$question == q, ]
    counts <- rows$count[match(levels(frame[[q]]), rows$category)][-1]
    total <- c(total, setNames(counts, paste0(q, levels(frame[[q]])[-1])))
  }
  weighted <- calibrate(design, terms, population = c(total, age = 1.01 * sum(frame$age)), calfun = "linear")
} else {
  margins <- lapply(questions, function(q) {
    rows <- targets[targets$question == q, ]
    made <- data.frame(rows$category, Freq = rows$count); names(made)[1] <- q; made
  })
  weighted <- rake(design, lapply(questions, function(q) as.formula(paste0("~", q))), margins,
                   control = list(maxit = 1000, epsilon = 1e-8))
}
a <- svymean(~price + quality + distance, weighted)
b <- svyby(~price + quality + distance, group, weighted, svymean)
seconds <- proc.time()[["elapsed"]] - started
cat(paste0('{"seconds": [', seconds, '], "found": [', paste(format(as.numeric(coef(a)), digits = 15),
    collapse = ", "), ']}'), "\n")
