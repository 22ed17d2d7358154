import Train
