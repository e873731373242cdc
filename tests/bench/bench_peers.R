# One peer of make bench-peers: R's survey package. Prints task, seconds, then the shares.
suppressPackageStartupMessages(library(survey))
args <- commandArgs(trailingOnly = TRUE)
frame <- read.csv(args[1], stringsAsFactors = TRUE)
targets <- read.csv(args[2])
task <- args[3]; times <- as.integer(args[4])
frame$one <- 1
design <- svydesign(ids = ~1, weights = ~one, data = frame)
n <- nrow(frame)
questions <- unique(as.character(targets$question))
margins <- lapply(questions, function(q) {
  rows <- targets[targets$question == q, ]
  made <- data.frame(rows$category, Freq = rows$share * n); names(made)[1] <- q; made
})
rake_it <- function() rake(design, lapply(questions, function(q) as.formula(paste0("~", q))), margins,
                           control = list(maxit = 1000, epsilon = 1e-8))
shares <- function(d) {
  a <- svymean(~price + quality + distance, d)
  b <- svyby(~price + quality + distance, ~district, d, svymean)
  list(coef(a), SE(a), confint(a), confint(b))
}
seconds <- c()
if (task == "rake") {
  for (i in seq_len(times)) seconds <- c(seconds, system.time(raked <- rake_it())[["elapsed"]])
  found <- coef(svymean(~price + quality + distance, raked))
} else {
  raked <- rake_it()
  for (i in seq_len(times)) seconds <- c(seconds, system.time(got <- shares(raked))[["elapsed"]])
  found <- c(got[[1]], got[[2]])
}
cat(jsonlite_like <- paste0('{"seconds": [', paste(seconds, collapse = ", "), '], "found": [',
                            paste(format(as.numeric(found), digits = 15), collapse = ", "), ']}'), "\n")
